#!/bin/bash
# package - what make install and make bundle give runs from where it was put, knowing nothing else
# SPDX-License-Identifier: MIT
set -u -o pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
BIN=${BIN:-$top/bin}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 failed=0
check() { # name, command...
	local name=$1 out
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		failed=1
		echo "not ok $n - $name"
		printf '%s\n' "$out" | head -20 | sed 's/^/# /'
	fi
}
# shellcheck disable=SC2317 # called through check
mk() { make -s -o all BIN="$BIN" BUILD="$dir/build" "$@"; }
# shellcheck disable=SC2317
same() { # the figures of the page, from commands of another place
	printf '去年全市实现营业收入2.68万亿元，增长6.6%%。\n' > "$dir/p.txt"
	(cd / && env -i "$1" --date 2024-03-07 "$dir/p.txt") | grep -q 2680000000000
}
check "make install DESTDIR" mk install DESTDIR="$dir/root" PREFIX=/usr
check "nothing outside the prefix" test "$(cd "$dir/root" && echo *)" = usr
check "no name that clashes" test "$(cd "$dir/root/usr/bin" && printf '%s\n' * | grep -vc '^hansieve')" = 0
check "installed, hansieve runs with an empty environment" same "$dir/root/usr/bin/hansieve"
check "hansieve FILTER" bash -c "echo '{}' | '$dir/root/usr/bin/hansieve' segment | grep -qx '{}'"
check "hansieve-FILTER finds the rules" "$dir/root/usr/bin/hansieve-segment" --list-rules
for f in "$dir"/root/usr/share/man/man1/*.1; do
	case ${f##*/} in hansieve*) ;; *) check "manual page ${f##*/} has our prefix" false ;; esac
done
check "completion loads" bash -n examples/completion/hansieve.bash
check "completion knows the filters" bash -c "
	PATH='$dir/root/usr/bin:$PATH'; . examples/completion/hansieve.bash
	COMP_WORDS=(hansieve seg) COMP_CWORD=1; _hansieve; [ \"\${COMPREPLY[*]}\" = segment ]"
check "completion knows the options" bash -c "
	PATH='$dir/root/usr/bin:$PATH'; . examples/completion/hansieve.bash
	COMP_WORDS=(hansieve dedupe --gat) COMP_CWORD=2; _hansieve; [ \"\${COMPREPLY[*]}\" = --gather ]"
check "make uninstall" mk uninstall DESTDIR="$dir/root" PREFIX=/usr
check "leaves no file" test -z "$(find "$dir/root" -type f -o -type l)"
if [ -z "${SANITIZE-}" ]; then # a bundle links anew: here quickly
	check "make bundle" mk bundle -j2 CFLAGS=-O0 LTO= HARDEN=-fPIE
	mkdir "$dir/elsewhere"
	check "the bundle unpacks" tar -C "$dir/elsewhere" -xzf "$(echo "$dir"/build/hansieve-*.tar.gz)"
	check "and runs there" same "$dir/elsewhere/bin/hansieve"
	check "with its own libraries" bash -c "! ldd '$dir'/elsewhere/bin/[!h]* | grep '=> /' |
		grep -v 'lib[cm].so\|$dir/elsewhere/'"
fi
echo "1..$n"
exit $failed
