#!/bin/bash
# prefixes - every prefix of sample files, read up to a page that cannot be read
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.." || exit 1
number=0 failed=0
for source in tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	number=$((number + 1))
	pages=(fixtures/pages/*.txt)
	[ "$name" != rules ] || pages=() # no rules in them, and a file is written for each
	if "${BUILD:-build}/prefixes/$name" tests/fuzz/corpus/"$name"/* "${pages[@]}" 2>/dev/null; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		failed=1
	fi
done
echo "1..$number"
exit $failed
