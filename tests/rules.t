#!/bin/sh
# rules - the examples in the shipped rule files, and what the filters say about rule files
# SPDX-License-Identifier: MIT
: "${BIN:=bin}"
n=0 failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

check() { # status, description; what was wrong is in $tmp/out
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=1
		echo "not ok $n - $2"
		sed 's/^/# /' "$tmp/out" | head -n 60
	fi
}

for filter in segment extract-figures extract-entities; do
	[ -x "$BIN/$filter" ] || continue
	"$BIN/$filter" --check > "$tmp/all" 2>&1
	status=$?
	grep -a -v '^ok' "$tmp/all" > "$tmp/out"
	check $status "$filter --check: $(grep -a -c '^ok' "$tmp/all") examples hold"

	"$BIN/$filter" --list-rules > "$tmp/out" 2>&1 && grep -a -q '\.rules:' "$tmp/out"
	check $? "$filter --list-rules"

	case $filter in
	extract-figures)
		# what matched first, and what was refused by which line
		echo '{"text":"全市营业收入2.68万亿元，第33618号，占比12%"}' |
			"$BIN/$filter" --explain 2> "$tmp/out" > /dev/null
		grep -q '「33618号」 first' "$tmp/out" && grep -q 'refused by before' "$tmp/out"
		check $? "$filter --explain says which rules tried, matched and were refused" ;;
	segment)
		printf '%s\n' '{"id":"a","text":"本报记者 林晓舟\n\n全市一季度开门红，企业忙生产。\n"}' |
			"$BIN/$filter" --explain 2> "$tmp/out" > /dev/null
		grep -q 'segment.rules:[0-9]' "$tmp/out"
		check $? "$filter --explain names rules by file and line"
		# what such a rule needs, a colon, is nowhere: it is passed over, but not when asked about
		printf '%s\n' '{"id":"a","text":"林晓舟介绍\n\n全市一季度开门红，企业忙生产。\n"}' |
			"$BIN/$filter" --explain=人名 2> "$tmp/out" > /dev/null
		grep -q 'then did not find' "$tmp/out"
		check $? "$filter --explain=RULE says how far it matches where what it needs is not" ;;
	esac

	"$BIN/$filter" --version > "$tmp/out" && grep -E -q '[0-9a-f]{16}' "$tmp/out"
	check $? "$filter --version has the hash of the rules"

	printf 'rules 1\n[nonsense 增长]\nmatch (\n' > "$tmp/bad.rules"
	"$BIN/$filter" -r "$tmp/bad.rules" < /dev/null > "$tmp/out" 2>&1
	[ $? -eq 3 ] && grep -q "^$filter: $tmp/bad.rules:2:2: unknown type of section" "$tmp/out"
	check $? "$filter: a mistake in a rule file ends it with status 3, told with its place"

	"$BIN/$filter" -r "$tmp/none.rules" < /dev/null > "$tmp/out" 2>&1
	[ $? -eq 3 ]
	check $? "$filter: a rule file that is not there: status 3"

	(cd / && env -i "$OLDPWD/$BIN/$filter" < /dev/null) > "$tmp/out" 2>&1 ||
	    (cd / && env -i "$BIN/$filter" < /dev/null) > "$tmp/out" 2>&1
	check $? "$filter finds its rules from another folder, without an environment"

	case $BIN in /*) abs=$BIN ;; *) abs=$PWD/$BIN ;; esac
	ln -sf "$abs/$filter" "$tmp/$filter"
	"$tmp/$filter" < /dev/null > "$tmp/out" 2>&1
	check $? "$filter finds its rules through a symbolic link"
done
# The example in FORMAT.md is the first thing an analyst copies.
code() { # what its first line is like: that block of code
	awk -v first="$1" '/^    / { if (!on) on = $0 ~ first; if (on) print substr($0, 5); next }
		/^$/ { if (on) print; next } on { exit }' rules/FORMAT.md
}
code '^    rules 1' > "$tmp/figures-mine.rules"
code '^    # our own list' > "$tmp/mine.tsv"
"$BIN/extract-figures" --check -r "$tmp/figures-mine.rules" > "$tmp/all" 2>&1
status=$?
grep -a -v '^ok' "$tmp/all" > "$tmp/out"
[ "$(grep -a -c '^ok.*figures-mine.rules' "$tmp/all")" -eq 3 ] && [ $status -eq 0 ]
check $? 'the worked example in FORMAT.md'
echo '{"text":"纺纱规模达50万锭"}' | HANSIEVE_RULES=$tmp "$BIN/extract-figures" > "$tmp/out" 2>&1
grep -q '"value":"500000","unit":"{spindle}"' "$tmp/out"
check $? '... and its table, from a folder in HANSIEVE_RULES'

echo "1..$n"
exit $failed
