# GNU make. make | make test | make sanitize | make lint | make fuzz | make bench
# SPDX-License-Identifier: MIT

CC      ?= cc
CFLAGS  ?= -O2 -g
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
HARDEN  ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
ALL_C    = -std=c11 -D_GNU_SOURCE -Ifilters/lib $(WARN) $(HARDEN) $(CFLAGS)
ALL_LD   = -pie -Wl,-z,relro,-z,now $(LDFLAGS)

BUILD   ?= build
BIN     ?= bin
NAMES    = normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html
FILTERS  = $(foreach f,$(NAMES),$(if $(wildcard filters/$(f).c filters/$(f)/main.c),$(f)))
LIB      = $(BUILD)/lib.a

all: $(FILTERS:%=$(BIN)/%)

# What each filter needs beyond the library. Read this to see the architecture.
$(BIN)/normalize: LDLIBS += -lgumbo -lopencc
$(BIN)/segment $(BIN)/extract-figures $(BIN)/extract-entities: LDLIBS += -lpcre2-8
$(BIN)/to-csv: LDLIBS += -lcsv
$(BIN)/to-xlsx: LDLIBS += -lxlsxwriter -lcjson
$(BIN)/to-html: LDLIBS += -lcjson

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
	$(CC) $(ALL_C) -MMD -c -o $@ $<
%/.:
	mkdir -p $@
.PRECIOUS: %/.

# Tests: tests/*.t print TAP; tests/unit/*.c print TAP and need only the library.
UNIT     = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
$(BUILD)/unit/%: tests/unit/%.c $(LIB) | $(BUILD)/unit/.
	$(CC) $(ALL_C) $(ALL_LD) -o $@ $< $(LIB) $(UNIT_LIBS) -lpcre2-8 -lcsv -lcjson

test: all $(UNIT)
	BIN=$(abspath $(BIN)) BUILD=$(abspath $(BUILD)) prove --exec '' $(UNIT) $(wildcard tests/*.t)

clean:
	rm -rf $(BUILD) $(FILTERS:%=$(BIN)/%)

.PHONY: all test clean
-include $(OBJ:.o=.d)
