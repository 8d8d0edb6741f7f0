#!/bin/bash
# deb - the Debian package and the bundle in a fresh root that has nothing else: installed, run, removed
# SPDX-License-Identifier: MIT
set -u -o pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
skip() {
	echo "1..0 # SKIP $1"
	exit 0
}
[ "$(id -u)" -eq 0 ] || skip 'only root can make a fresh root'
for tool in mmdebstrap dpkg-buildpackage dh lintian git; do
	command -v "$tool" > /dev/null || skip "no $tool"
done
git rev-parse -q --verify HEAD > /dev/null || skip 'make deb packs what git has'
dir=$(mktemp -d)
root=$dir/root
trap 'umount -q "$root/proc"; rm -rf --one-file-system "$dir"' EXIT

# A root of this very release; kept for the next run.
base=${BUILD:-$top/build}/engines/root
# shellcheck disable=SC1091
suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
if [ ! -e "$base/done" ]; then
	rm -rf --one-file-system "$base"
	mkdir -p "${base%/*}"
	mmdebstrap --quiet --variant=apt --dpkgopt=force-unsafe-io --skip=cleanup/apt/lists "$suite" "$base" > "$dir/log" 2>&1 ||
		skip "mmdebstrap cannot make a root: $(tail -n 1 "$dir/log")"
	: > "$base/done"
fi
cp -a "$base" "$root"
mount -t proc proc "$root/proc" || skip 'no mount'

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
		printf '%s\n' "$out" | tail -n 20 | sed 's/^/# /'
	fi
}
# shellcheck disable=SC2317 # the functions are called through check
in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
# shellcheck disable=SC2317
user() { chroot --userspec=nobody:nogroup "$root" env -i "$@"; }
# shellcheck disable=SC2317
rows() { # the hansieve to call
	user "$1" --date 2024-03-07 /page.txt | grep -q '2680000000000,CNY\|,money,2680000000000,'
}
# shellcheck disable=SC2317
simplified() { echo '營業收入2.68萬億元' | user "$1" --simplify | grep -q 2680000000000; }
# shellcheck disable=SC2317
quiet() { [ -z "$("$@" 2>&1 | tee /dev/stderr)" ]; }
# shellcheck disable=SC2317
all_there() { # file names of the root, % standing for each filter
	local f name
	for name; do
		for f in normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html; do
			[ -e "$root${name//%/$f}" ] || { echo "${name//%/$f} is not there"; return 1; }
		done
	done
}

printf '去年全市实现营业收入2.68万亿元，增长6.6%%。\n' > "$root/page.txt"

# The bundle first: nothing it needs is installed.
make -s bundle > "$dir/log" 2>&1
check 'make bundle' test -s "$(echo "${BUILD:-build}"/hansieve-*.tar.gz)"
mkdir -p "$root/opt/hs"
tar -C "$root/opt/hs" -xzf "$(echo "${BUILD:-build}"/hansieve-*.tar.gz)"
check 'the bundle runs where no library of ours is' rows /opt/hs/bin/hansieve
check 'it writes a workbook' user /opt/hs/bin/hansieve --xlsx /tmp/f.xlsx -o /tmp/f.csv /page.txt
check 'and simplifies with the dictionaries it brings' simplified /opt/hs/bin/hansieve
rm -rf "$root/opt/hs"

check 'make deb' make -s deb
check 'lintian has nothing to say' quiet lintian --allow-root --tag-display-limit 0 build/deb/*.deb
cp build/deb/*.deb "$root/"
if ! in_root sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends /*.deb' > "$dir/log" 2>&1; then
	if grep -q 'Could not resolve\|Could not connect\|Failed to fetch\|Unable to locate' "$dir/log"; then
		echo "1..$n # the rest not run: $(grep -m 1 'Could not\|Failed\|Unable' "$dir/log")"
		exit 1
	fi
fi
check 'it installs' in_root dpkg-query -W hansieve hansieve-rules
check 'hansieve --version' user /usr/bin/hansieve --version
check 'a page to CSV, as a user with an empty environment' rows /usr/bin/hansieve
check 'a workbook and a review page' user /usr/bin/hansieve --xlsx /tmp/g.xlsx --html /tmp/g.html -o /tmp/g.csv /page.txt
check 'Traditional into Simplified' simplified /usr/bin/hansieve
check 'hansieve-FILTER' user /usr/bin/hansieve-extract-figures --check
check 'no command without our name' test -z "$(in_root dpkg -L hansieve | grep '^/usr/s\?bin/' | grep -v /hansieve)"
check 'manual pages' all_there /usr/share/man/man1/hansieve-%.1.gz /usr/share/man/man1/hansieve.1.gz \
	/usr/share/man/man5/hansieve-records.5.gz /usr/share/man/man5/hansieve-rules.5.gz /usr/share/man/man7/hansieve.7.gz
check 'completion of three shells' all_there /usr/share/bash-completion/completions/hansieve \
	/usr/share/zsh/vendor-completions/_hansieve /usr/share/fish/vendor_completions.d/hansieve.fish
check 'it goes' in_root apt-get -q purge -y hansieve hansieve-rules
rm -f "$root"/*.deb
check 'and leaves nothing' test -z "$(find "$root" -xdev -name '*hansieve*' -not -path '*/var/cache/apt/*')"
echo "1..$n"
exit $failed
