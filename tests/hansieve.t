#!/bin/bash
# hansieve - the one command: what it passes on, how it fails, pieces at once
# SPDX-License-Identifier: MIT
BIN=$(readlink -f "${BIN:-bin}")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
number=0 failed=0
pages=(fixtures/pages/*.txt)

ok() { # status, name
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
	fi
}
is() { # got, want, name
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || printf '# got  %s\n# want %s\n' "$1" "$2"
}
same() {
	cmp -s "$1" "$2"
	ok $? "$3"
}
hansieve() { "$BIN/hansieve" "$@"; }

# the same rows as the six filters by hand; entities by name
"$BIN/normalize" --date 2024-03-27 "${pages[@]}" | "$BIN/segment" | "$BIN/extract-figures" |
	"$BIN/extract-entities" | "$BIN/dedupe" > "$temp/records.jsonl"
"$BIN/to-csv" < "$temp/records.jsonl" > "$temp/by-hand.csv"
hansieve --date 2024-03-27 "${pages[@]}" > "$temp/one.csv"
is $? 0 'ends with 0'
same "$temp/by-hand.csv" "$temp/one.csv" 'gives what the six filters give'
grep -q '2680000000000' "$temp/one.csv"
ok $? 'and 2.68万亿元 is in it'
hansieve --date=2024-03-27 --rows entities --columns entity,label "${pages[@]}" > "$temp/names.csv"
grep -q '^蓝庆华,PERSON' "$temp/names.csv"
ok $? '--rows and --columns are passed on'
hansieve < "${pages[0]}" > "$temp/stdin.csv"
is $? 0 'reads standard input'

# files
hansieve --date 2024-03-27 -o "$temp/out.csv" --records "$temp/out.jsonl" "${pages[@]}"
is $? 0 '-o and --records'
same "$temp/one.csv" "$temp/out.csv" '-o has the rows'
same "$temp/records.jsonl" "$temp/out.jsonl" '--records has the records'
printf '%s\0' "${pages[@]}" | hansieve -0 --date 2024-03-27 > "$temp/list.csv"
same "$temp/one.csv" "$temp/list.csv" '-0'
printf '%s\0' "${pages[@]}" > "$temp/list"
hansieve --files0-from "$temp/list" --date 2024-03-27 > "$temp/list.csv"
same "$temp/one.csv" "$temp/list.csv" '--files0-from'
if [ -x "$BIN/to-xlsx" ] && [ -x "$BIN/to-html" ]; then
	hansieve --xlsx "$temp/o.xlsx" --html "$temp/o.html" -o "$temp/o.csv" "${pages[0]}"
	is $? 0 '--xlsx and --html beside -o'
	is "$(head -c2 "$temp/o.xlsx")" PK 'a workbook is made'
	grep -qi '<html' "$temp/o.html"
	ok $? 'a page is made'
	grep -q '\["command","hansieve --xlsx .*\["rules","[0-9a-f]' "$temp/o.html"
	ok $? 'it says the command and the rules'
fi

# pieces at once
hansieve -j 3 --date 2024-03-27 "${pages[@]}" > "$temp/three.csv"
same "$temp/one.csv" "$temp/three.csv" '-j 3 gives the same rows'
printf '%s\0' "${pages[@]}" | hansieve -0 -j 2 --date 2024-03-27 > "$temp/two.csv"
same "$temp/one.csv" "$temp/two.csv" '-j 2 gives the same rows'
for i in 1 2 3 4 5 6 7 8; do
	printf '{"text":"第%d行：营业收入%d.5亿元，同比增长%d%%。"}\r\n\n' "$i" "$i" "$i"
done > "$temp/lines.jsonl"
hansieve --jsonl "$temp/lines.jsonl" > "$temp/lines.csv"
sed 's/16 << 20/100/; s/4 << 20/100/' "$BIN/hansieve" > "$temp/small-pieces"
for f in normalize segment extract-figures extract-entities dedupe to-csv; do
	ln -s "$BIN/$f" "$temp/$f"
done
HANSIEVE_RULES=$PWD/rules bash "$temp/small-pieces" -j 4 --jsonl "$temp/lines.jsonl" > "$temp/pieces.csv"
is "$(wc -l < "$temp/pieces.csv")" "$(wc -l < "$temp/lines.csv")" 'a file cut by its lines: no row lost'
same "$temp/lines.csv" "$temp/pieces.csv" 'a file cut by its lines gives the same rows'
python3 bench/corpus.py pages 300000 > "$temp/phrases.jsonl"
hansieve --jsonl "$temp/phrases.jsonl" -q > "$temp/whole.csv"
hansieve --jsonl "$temp/phrases.jsonl" -q -j 3 > "$temp/pieces.csv"
same "$temp/whole.csv" "$temp/pieces.csv" 'two runs agree, also where too many passages share a phrase'

# Rules find their filter by the type of their section, whichever it is.
for file in figures links entities segment; do
	wrong=$(grep '^\[' "rules/$file.rules" | sort -u -t' ' -k1,1 | while read -r section; do
		printf 'rules 1\n%s extend\n' "$section" > "$temp/mine.rules"
		hansieve -r "$temp/mine.rules" "${pages[0]}" 2>&1 > /dev/null || printf '%s\n' "$section"
	done)
	is "$wrong" '' "-r takes every type of rule of $file.rules to its filter"
done

# failures
is "$(hansieve --nosuch 2>&1; echo $?)" 'hansieve: unknown option --nosuch; hansieve --help lists them
2' 'an unknown option'
is "$(hansieve --outptu=x 2>&1 | grep -c 'did you mean --output')" 1 'did you mean'
hansieve "$temp/none.txt" "${pages[0]}" > "$temp/some.csv" 2> "$temp/err"
is $? 4 'a file that is not there: 4'
grep -q 'normalize: cannot read .*none.txt' "$temp/err" && grep -q 'hansieve: normalize failed' "$temp/err"
ok $? 'and it is said'
[ "$(wc -l < "$temp/some.csv")" -gt 10 ]
ok $? 'and the other file is read'
hansieve -o "$temp/never.csv" "$temp/none.txt" 2> /dev/null
is $? 4 'with -o as well'
[ ! -e "$temp/never.csv" ]
ok $? 'and nothing is written'
hansieve -o "$temp/nowhere/x.csv" "${pages[0]}" 2> /dev/null
is $? 4 '-o into no directory: 4'
hansieve "${pages[0]}" > /dev/full 2> "$temp/err"
is "$? $(grep -c 'to-csv failed' "$temp/err")" '4 1' 'a full disk: 4, and to-csv is named'
printf 'abc\xff\n' > "$temp/bad.txt"
hansieve --rejects "$temp/rejects.jsonl" "$temp/bad.txt" "${pages[0]}" > /dev/null 2>&1
is "$? $(grep -c bad.txt "$temp/rejects.jsonl")" '1 1' 'a bad file: 1, and it is among the rejects'
hansieve --rejects "$temp/none/r.jsonl" -o "$temp/never.csv" "${pages[0]}" 2> "$temp/err"
is "$? $(< "$temp/err")" "4 hansieve: cannot write $temp/none/r.jsonl" 'rejects into no directory: 4'
hansieve --rejects "$temp/r.jsonl" --max-line x "${pages[0]}" > /dev/null 2>&1
is $? 2 'rejects of filters that never began'
hansieve -o "$temp" "${pages[0]}" 2> "$temp/err"
is "$? $(< "$temp/err")" "4 hansieve: cannot write $temp" '-o to a directory'

# names that are not of plain files
mkfifo "$temp/fifo"
timeout 30 cat "$temp/fifo" > "$temp/through" &
hansieve --date 2024-03-27 --records "$temp/fifo" "${pages[@]}" > /dev/null
wait $!
cmp -s "$temp/records.jsonl" "$temp/through" && [ -p "$temp/fifo" ]
ok $? 'a pipe is written to, not replaced'
echo old > "$temp/real.csv"
chmod 600 "$temp/real.csv"
ln -s real.csv "$temp/link.csv"
hansieve --date 2024-03-27 -o "$temp/link.csv" "${pages[@]}"
[ -L "$temp/link.csv" ] && cmp -s "$temp/one.csv" "$temp/real.csv"
ok $? '-o through a symbolic link'
is "$(stat -c %a "$temp/real.csv")" 600 '-o keeps the mode of a file'

# a part that fails: nothing takes its name
mkdir "$temp/stub"
printf '#!/bin/sh\ncat\nexit 1\n' > "$temp/stub/tee" # as on a full disk
chmod +x "$temp/stub/tee"
PATH=$temp/stub:$PATH hansieve -o "$temp/cut.csv" --records "$temp/cut.jsonl" "${pages[0]}" 2> "$temp/err"
is "$? $(grep -c 'is not written' "$temp/err")" '4 2' 'records that cannot be written: 4, and it is said'
[ ! -e "$temp/cut.csv" ] && [ ! -e "$temp/cut.jsonl" ]
ok $? 'and nothing is written'
# shellcheck disable=SC2016 # those of the script
sed -i 's/: > "$work\/done.$piece"/:/' "$temp/small-pieces"
HANSIEVE_RULES=$PWD/rules timeout 60 bash "$temp/small-pieces" -j 4 --jsonl "$temp/lines.jsonl" > /dev/null 2>&1
is $? 4 'a piece that was killed: 4, and no waiting for it'
is "$(hansieve "${pages[@]}" 2>&1 | head -n 1 | cut -c1-8)" document '| head ends it quietly'
is "$(hansieve -q < /dev/null | wc -l)" 1 'nothing in, a header out'
is "$(cd / && env -i "$BIN/hansieve" < /dev/null | wc -l)" 1 'empty environment, other directory'
is "$(find "$temp" -name '.*' ! -path "$temp" | wc -l)" 0 'no half files are left'
is "$(hansieve dedupe --version | cut -c1-6)" dedupe 'hansieve FILTER'
is "$(hansieve --version | head -c 9)" 'hansieve ' '--version'
hansieve --help | head -n 1 | grep -q '^hansieve '
ok $? '--help begins with an example'
echo "1..$number"
exit $failed
