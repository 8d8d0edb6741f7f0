# GNU make. make | make test | make sanitize | make lint | make fuzz | make coverage | make bench | make install
# SPDX-License-Identifier: MIT

CC      ?= cc
CFLAGS  ?= -O3 -g $(LTO)
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
HARDEN  ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
ALL_C    = -std=c11 -D_GNU_SOURCE -Ifilters/lib $(WARN) $(HARDEN) $(CFLAGS)
ALL_LD   = -pie -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

# A filter and the library optimized as one, where CC is gcc: up to a fifth faster. LTO= is without.
ifeq ($(origin LTO),undefined)
LTO := $(if $(findstring Free Software,$(shell $(CC) --version)),-flto=auto)
endif
ifeq ($(origin AR),default)
AR := $(if $(LTO),gcc-ar,ar)
endif

BUILD   ?= build
BIN     ?= bin
# Under another name of the folder the .d files would not hold, and old objects would stay.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
NAMES    = normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html
FILTERS  = $(foreach f,$(NAMES),$(if $(wildcard filters/$(f).c filters/$(f)/main.c),$(f)))
LIB      = $(BUILD)/lib.a

all: $(FILTERS:%=$(BIN)/%)

# What each filter needs beyond the library. Read this to see the architecture.
$(BIN)/normalize: LDLIBS += -lgumbo -lopencc -lpcre2-8
$(BIN)/segment $(BIN)/extract-figures $(BIN)/extract-entities: LDLIBS += -lpcre2-8
$(BIN)/extract-entities: LDLIBS += -lm
$(BIN)/to-csv: LDLIBS += -lcsv -lcjson
$(BIN)/to-xlsx: LDLIBS += -lxlsxwriter

# The review page is three files of its own, which embed makes C of.
$(BIN)/to-html: $(BUILD)/to-html/page.o
$(BUILD)/to-html/page.o: $(BUILD)/to-html/page.c filters/to-html/page.h
	$(CC) $(ALL_C) -Ifilters/to-html -c -o $@ $<
$(BUILD)/to-html/page.c: filters/to-html/embed $(addprefix filters/to-html/page.,html css js)
	mkdir -p $(@D) && $^ > $@

# A filter is filters/NAME.c or filters/NAME/*.c, and the library.
SRC      = $(wildcard filters/*.c filters/*/*.c)
OBJ      = $(SRC:filters/%.c=$(BUILD)/%.o)
objects  = $(patsubst filters/%.c,$(BUILD)/%.o,$(wildcard filters/$(1).c filters/$(1)/*.c))

.SECONDEXPANSION:
$(FILTERS:%=$(BIN)/%): $(BIN)/%: $$(call objects,$$*) $(LIB) | $(BIN)/.
	$(CC) $(ALL_C) $(ALL_LD) -o $@ $(filter-out %/.,$^) $(LDLIBS)
$(LIB): $(patsubst filters/%.c,$(BUILD)/%.o,$(wildcard filters/lib/*.c))
	rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/%.o: filters/%.c | $$(@D)/.
	$(CC) $(ALL_C) -MMD -MP -c -o $@ $<
%/.:
	mkdir -p $@
.PRECIOUS: %/.

# Tests: tests/*.t print TAP; so do the programs of tests/unit/*.c and tests/unit/*/*.c.
TEST_LIBS = -Wl,--as-needed -lpcre2-8 -lcsv -lcjson -lopencc -lgumbo -lxlsxwriter -lm
UNIT     = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
$(BUILD)/unit/%: tests/unit/%.c $(LIB) | $(BUILD)/unit/.
	$(CC) $(ALL_C) -MMD -MP $(ALL_LD) -o $@ $< $(LIB) $(TEST_LIBS)

$(BUILD)/fault.so: tests/fault.c | $(BUILD)/.
	$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -shared -fPIC -o $@ $<

# The fuzzers without a fuzzer, for prefixes.t.
PREFIXES = $(patsubst tests/fuzz/%.c,$(BUILD)/prefixes/%,$(wildcard tests/fuzz/*.c))
$(BUILD)/prefixes/%: tests/fuzz/%.c tests/prefixes.c tests/fuzz/exact.h $(LIB) $(SRC) | $(BUILD)/prefixes/.
	$(CC) $(ALL_C) $(ALL_LD) -DGUARD_PAGE -o $@ $< tests/prefixes.c $(FUZZ_SRC) $(LIB) $(TEST_LIBS)

# No test may hang the rest: so many seconds are far more than any needs. glibc fills memory with
# '7' before it gives it away: what is read and was never written shows.
TEST_SECONDS ?= 900
test: all $(UNIT) $(PREFIXES) $(BUILD)/fault.so
	BIN=$(abspath $(BIN)) BUILD=$(abspath $(BUILD)) MALLOC_PERTURB_=200 \
	    prove -j$$(nproc) --timer --exec 'timeout -k 10 $(TEST_SECONDS)' $(UNIT) $(sort $(wildcard tests/*.t))

# The same tests with the sanitizers on, from a place of their own; and which lines of filters/ they ran.
sanitize: | build/asan/bin/.
	ln -sfn ../../rules build/asan/rules
	cp bin/hansieve build/asan/bin/
	find build/asan -name '*.gcda' -delete
	SANITIZE=1 $(MAKE) test BUILD=build/asan BIN=build/asan/bin HARDEN=-fPIE LDFLAGS=tests/asan.c \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all --coverage'
STRICT ?= 1
coverage: sanitize
	STRICT=$(STRICT) tests/coverage build/asan

# Fuzzers: tests/fuzz/NAME.c, with a small corpus in tests/fuzz/corpus/NAME. make fuzz-NAME runs one.
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= 0
FUZZ     = $(patsubst tests/fuzz/%.c,fuzz-%,$(wildcard tests/fuzz/*.c))
FUZZ_C   = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
ifneq ($(BUILD),build/fuzz)
build/fuzz/lib.a: $(wildcard filters/lib/*.c filters/lib/*.h)
	$(MAKE) $@ BUILD=build/fuzz CC=clang HARDEN=-fPIE CFLAGS='$(FUZZ_C) -fsanitize=fuzzer-no-link'
build/fuzz/%: tests/fuzz/%.c build/fuzz/lib.a $(SRC)
	clang -std=c11 -D_GNU_SOURCE -Ifilters/lib $(FUZZ_C) -fsanitize=fuzzer -o $@ $< $(FUZZ_SRC) \
	    build/fuzz/lib.a $(TEST_LIBS)
endif
%/fuzz/normalize %/prefixes/normalize: FUZZ_SRC = $(addprefix filters/normalize/,decode.c fold.c html.c html_chars.c simplify.c)
%/fuzz/segment %/prefixes/segment: FUZZ_SRC = $(addprefix filters/segment/,lines.c strips.c pieces.c join.c article.c phrase.c speaker.c aliases.c context.c sentence.c marks.c)
%/fuzz/dec %/prefixes/dec: FUZZ_SRC = filters/extract-figures/numeral.c
%/fuzz/figures %/prefixes/figures: FUZZ_SRC = $(filter-out %/main.c,$(wildcard filters/extract-figures/*.c))
%/fuzz/entities %/prefixes/entities: FUZZ_SRC = $(filter-out %/main.c,$(wildcard filters/extract-entities/*.c))
fuzz: $(FUZZ)
$(FUZZ): fuzz-%: build/fuzz/%
	mkdir -p build/corpus/$* tests/fuzz/corpus/$*
	build/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -seed=$(FUZZ_SEED) -print_final_stats=1 \
	    -timeout=10 -max_len=4096 -artifact_prefix=build/corpus/$*- build/corpus/$* tests/fuzz/corpus/$*

# Linters. Every source must pass both compilers without a warning.
C_FILES  = $(wildcard filters/*.[ch] filters/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c tests/*.c)
SHELL_FILES = $(shell grep -lE '^\#!.*(sh|bash)$$' bin/hansieve .ci/* tests/* bench/* examples/* \
    2>/dev/null)
lint: lint-format lint-compilers lint-tidy lint-cppcheck lint-shell
lint-format:
	clang-format --dry-run -Werror $(C_FILES)
lint-compilers:
	for cc in gcc clang; do \
	    printf '%s\n' $(filter %.c,$(C_FILES)) | xargs -P$$(nproc) -n1 \
	        $$cc -std=c11 -D_GNU_SOURCE -Ifilters/lib $(WARN) -Werror -O2 -c -o /dev/null || exit 1; \
	done
# Nearly all of the time is the analyzer's. Of 225000 nodes a function, its default, the last half takes two
# thirds of it.
lint-tidy:
	printf '%s\n' $(SRC) | xargs -P$$(nproc) -n3 sh -c \
	    'clang-tidy --quiet "$$@" -- -std=c11 -D_GNU_SOURCE -Ifilters/lib \
	        -Xclang -analyzer-config -Xclang max-nodes=100000 2>&1' sh
lint-cppcheck:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=funcArgOrderDifferent --suppress=ctuuninitvar --suppress=duplicateAssignExpression \
	    --error-exitcode=1 -D__SSE2__ '-Dnoreturn=__attribute__((noreturn))' -Ifilters/lib filters
lint-shell:
	shellcheck $(SHELL_FILES)
format:
	clang-format -i $(C_FILES)

# Speed, memory and cost, side by side: bench/results.md and .svg. BENCH=--full for the large ones.
bench: all
	BIN=$(abspath $(BIN)) python3 bench/run.py $(BENCH)

# The examples for Spark, Hadoop, GNU parallel and databases, run for real; installs what they need.
test-engines: all
	BIN=$(abspath $(BIN)) BUILD=$(abspath $(BUILD)) tests/engines/run

# Installation with GNU directories. `normalize` is too general a name for everybody's PATH: the
# filters live in libexec, and hansieve-NAME leads to them.
VERSION  = $(shell sed -n 's/^\#define HANSIEVE_VERSION "\(.*\)"/\1/p' filters/lib/stream.h)
PREFIX  ?= /usr/local
LIBEXEC  = $(PREFIX)/libexec/hansieve
SHARE    = $(PREFIX)/share
install: all install-data
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBEXEC)
	install -m 755 $(FILTERS:%=$(BIN)/%) $(DESTDIR)$(LIBEXEC)
	install -m 755 bin/hansieve $(DESTDIR)$(PREFIX)/bin
	for f in $(FILTERS); do \
	    ln -sf ../libexec/hansieve/$$f $(DESTDIR)$(PREFIX)/bin/hansieve-$$f; \
	done
	install -d $(DESTDIR)$(SHARE)/bash-completion/completions \
	    $(DESTDIR)$(SHARE)/zsh/vendor-completions $(DESTDIR)$(SHARE)/fish/vendor_completions.d
	install -m 644 examples/completion/hansieve.bash \
	    $(DESTDIR)$(SHARE)/bash-completion/completions/hansieve
	install -m 644 examples/completion/_hansieve $(DESTDIR)$(SHARE)/zsh/vendor-completions
	install -m 644 examples/completion/hansieve.fish $(DESTDIR)$(SHARE)/fish/vendor_completions.d
	for page in man/*.[157]; do \
	    s=$${page##*.}; name=$${page##*/}; \
	    case $$name in hansieve*) ;; *) name=hansieve-$$name ;; esac; \
	    install -D -m 644 $$page $(DESTDIR)$(SHARE)/man/man$$s/$$name; \
	done
install-data:
	install -d $(DESTDIR)$(SHARE)/hansieve/rules
	install -m 644 rules/*.rules rules/*.tsv rules/FORMAT.md $(DESTDIR)$(SHARE)/hansieve/rules
uninstall:
	rm -rf $(DESTDIR)$(LIBEXEC) $(DESTDIR)$(SHARE)/hansieve
	rm -f $(DESTDIR)$(PREFIX)/bin/hansieve $(FILTERS:%=$(DESTDIR)$(PREFIX)/bin/hansieve-%) \
	    $(DESTDIR)$(SHARE)/bash-completion/completions/hansieve \
	    $(DESTDIR)$(SHARE)/zsh/vendor-completions/_hansieve \
	    $(DESTDIR)$(SHARE)/fish/vendor_completions.d/hansieve.fish \
	    $(DESTDIR)$(SHARE)/man/man?/hansieve*

# An archive that runs wherever it is unpacked, for --archives of Hadoop and Spark: with the libraries
# but libc (2.34 or later must be there), which the filters look for beside themselves.
bundle: all
	rm -rf $(BUILD)/bundle
	install -d $(BUILD)/bundle/bin $(BUILD)/bundle/lib $(BUILD)/bundle/rules/opencc
	$(MAKE) -s BIN=$(BUILD)/bundle/bin LDFLAGS='-s -Wl,--disable-new-dtags,-rpath,\$$$$ORIGIN/../lib'
	install -m 755 bin/hansieve $(BUILD)/bundle/bin
	ldd $(FILTERS:%=$(BUILD)/bundle/bin/%) | awk '$$2 == "=>" && $$1 !~ /^lib(c|m)\.so/ { print $$3 }' | \
	    sort -u | xargs install -m 644 -t $(BUILD)/bundle/lib
	install -m 644 rules/*.rules rules/*.tsv rules/FORMAT.md $(BUILD)/bundle/rules
	install -m 644 /usr/share/opencc/*2s*.json /usr/share/opencc/*.ocd2 $(BUILD)/bundle/rules/opencc
	install -m 644 LICENSE README.md PIPELINE.md $(BUILD)/bundle
	tar -C $(BUILD)/bundle --owner=0 --group=0 --sort=name --mtime=@0 -czf \
	    $(BUILD)/hansieve-$(VERSION).tar.gz .

# Debian packages, in build/deb.
deb:
	rm -rf build/deb && mkdir -p build/deb/hansieve-$(VERSION)
	git archive HEAD | tar -x -C build/deb/hansieve-$(VERSION)
	mv build/deb/hansieve-$(VERSION)/.debian build/deb/hansieve-$(VERSION)/debian
	cd build/deb/hansieve-$(VERSION) && env -u BUILD -u BIN -u MAKEFLAGS dpkg-buildpackage -b -us -uc

clean:
	rm -rf $(BUILD) $(FILTERS:%=$(BIN)/%)

.PHONY: $(FUZZ) bench test-engines install install-data uninstall bundle deb all test sanitize fuzz lint lint-format lint-compilers lint-tidy lint-cppcheck lint-shell \
    format coverage clean
-include $(OBJ:.o=.d) $(UNIT:=.d)
