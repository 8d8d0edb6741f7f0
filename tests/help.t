#!/usr/bin/env python3
"""help - options: those taken, those of --help, of the manual page and of completion are the same"""
# SPDX-License-Identifier: MIT
import glob
import os
import re
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
FILTERS = "normalize segment extract-figures extract-entities dedupe to-csv to-xlsx to-html".split()
OPTION = re.compile(r"--[a-z][a-z0-9-]+")
n = failed = 0


def ok(name, **sets):
    """Names of sets that should be equal; what one has and the others lack is said."""
    global n, failed
    n += 1
    every = set.union(*sets.values())
    lacks = {k: sorted(every - v) for k, v in sets.items() if every - v}
    print("%s %d - %s" % ("not ok" if lacks or not every else "ok", n, name))
    for k, v in lacks.items():
        failed = 1
        print("# %s lacks %s" % (k, " ".join(v)))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def taken(path):
    return {"--" + o for o in re.findall(r'\{\s*"([a-z0-9-]+)", (?:no|required|optional)_argument', re.sub(r"/\*.*?\*/|\\\n", "", read(path), flags=re.S))}


def helped(*command):
    """Options stand at the beginning of a line; what an example has may be another filter's."""
    out = subprocess.run([os.path.join(BIN, command[0]), *command[1:], "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return set(OPTION.findall("\n".join(line for line in out.split("\n") if re.match(" *-", line))))


def paged(page):
    return {"--" + o for line in read("man/" + page).split("\n") if "Fl" in line for o in re.findall(r"(?<= )-([a-z][a-z0-9-]+)", line)}


def completed(shell, *command):
    """What a shell offers after --."""
    words = " ".join(command)
    script = {
        "bash": ". examples/completion/hansieve.bash; COMP_WORDS=(%s --) COMP_CWORD=%d; _hansieve; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (words, len(command)),
        # zsh completes only at a terminal: here what the script gives to compadd
        "zsh": "compadd() { shift; print -l -- $@ }; _files() { :; }; words=(%s --) CURRENT=%d; f() { . examples/completion/_hansieve }; f" % (words, len(command) + 1),
        "fish": "source examples/completion/hansieve.fish; complete -C '%s --'" % words,
    }[shell]
    p = subprocess.run([shell, "-c", script], stdout=subprocess.PIPE, cwd=TOP, env={**os.environ, "PATH": BIN + ":" + os.environ["PATH"]})
    return set(OPTION.findall(p.stdout.decode()))


def main():
    shells = [s for s in ("bash", "zsh", "fish") if shutil.which(s)]
    common = taken("filters/lib/stream.h")
    ok("options in common", taken=common, page=paged("hansieve.7"))
    for f in FILTERS:
        source = "filters/%s/main.c" % f
        if not os.path.exists(os.path.join(TOP, source)):
            source = "filters/%s.c" % f
        all_ = taken(source) | common
        ok(f, taken=all_, help=helped(f), page=paged(f + ".1") | common, **{s: completed(s, "hansieve", f) for s in shells})
    script = read("bin/hansieve")
    listed = set(OPTION.findall(re.search(r'^LONG="(.*?)"', script, re.S | re.M).group(1)))
    ok("hansieve", listed=listed, help=helped("hansieve"), page=paged("hansieve.1"), **{s: completed(s, "hansieve") for s in shells})
    if shutil.which("mandoc"):
        for page in sorted(glob.glob(TOP + "/man/*.[157]")):
            told = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
            ok("mandoc has nothing to say of " + os.path.basename(page), page={"-"}, mandoc={"-"} | {line for line in told.split("\n") if "WARNING" in line or "ERROR" in line})
    print("1..%d" % n)


main()
sys.exit(failed)
