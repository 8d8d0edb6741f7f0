#!/bin/bash
# parallel - GNU parallel cuts the input at any line: the output of one run
# SPDX-License-Identifier: MIT
set -u -o pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
BIN=${BIN:-$top/bin}
command -v parallel >/dev/null || { echo "1..0 # SKIP no GNU parallel"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export BIN
python3 -c "import sys; sys.path.insert(0, '$top/tests/engines'); import documents; documents.write('$dir/in', 200)"
work() {
	"$BIN/normalize" --jsonl | "$BIN/segment" | "$BIN/extract-figures" | "$BIN/extract-entities"
}
export -f work
export SHELL=/bin/bash
work < "$dir/in" > "$dir/one"
n=1
if [ "$(grep -c '"figures":\[{' "$dir/one")" -gt 100 ]; then
	echo "ok 1 - one run finds figures"
else
	echo "not ok 1 - one run finds figures"
fi
for block in 20k 100k 10M; do
	n=$((n + 1))
	if parallel --will-cite --pipe -k -j 2 --block "$block" work < "$dir/in" | cmp -s - "$dir/one"; then
		echo "ok $n - blocks of $block"
	else
		echo "not ok $n - blocks of $block"
	fi
done
n=$((n + 1))
if parallel --will-cite --pipepart -a "$dir/in" -k -j 2 --block 50k work | cmp -s - "$dir/one"; then
	echo "ok $n - --pipepart"
else
	echo "not ok $n - --pipepart"
fi
echo "1..$n"
