#!/usr/bin/env python3
"""transcript - every command shown in README.md, PIPELINE.md and the tutorials gives what is shown

A block fenced as ```console holds commands behind "$ " (and their further lines behind
"> ") and under each what it prints. A line "..." stands for any lines. Commands run in a
scratch directory with bin on the path, where fixtures and rules can be seen.
UPDATE=1 writes what they print into the documents; then read git diff.
"""
# SPDX-License-Identifier: MIT
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
UPDATE = os.environ.get("UPDATE") == "1"
# They install packages, or run these tests.
NOT_RUN = re.compile(r"^(tests/(demo|all|setup)|git clone|cd |sudo |make( |$)|apt|python3 -m venv)")
if not shutil.which("duckdb"):  # make test-engines has it
    NOT_RUN = re.compile(NOT_RUN.pattern + "|^duckdb ")


def blocks(text):
    for m in re.finditer(r"^```console\n(.*?)^```$", text, re.S | re.M):
        yield m.group(1)


def steps(block):
    """[command, expected lines]"""
    out = []
    lines = block.splitlines()
    i = 0
    while i < len(lines):
        line = lines[i]
        i += 1
        if line.startswith("$ "):
            command = line[2:]
            while i < len(lines) and lines[i].startswith("> "):
                command += "\n" + lines[i][2:]
                i += 1
            out.append([command, []])
        elif out:
            out[-1][1].append(line)
    return out


def same(want, got):
    """lists of lines; "..." is any number of lines"""
    if "..." not in want:
        return want == got
    i = want.index("...")
    if want[:i] != got[:i]:
        return False
    rest = want[i + 1:]
    return any(same(rest, got[k:]) for k in range(i, len(got) + 1))


def main():
    root = os.getcwd()
    scratch = tempfile.mkdtemp()
    for name in ("fixtures", "rules", "examples"):
        if os.path.exists(name):
            os.symlink(root + "/" + name, scratch + "/" + name)
    os.symlink(BIN, scratch + "/bin")
    env = {"PATH": BIN + ":" + os.environ["PATH"], "LC_ALL": "C", "HOME": scratch}
    number = failed = 0
    for doc in ["README.md", "PIPELINE.md"] + sorted(glob.glob("examples/*.md")):
        with open(doc, encoding="utf-8") as f:
            text = f.read()
        for block in blocks(text):
            new = ""
            for command, want in steps(block):
                shown = "$ " + command.replace("\n", "\n> ") + "\n"
                number += 1
                name = "%s: %s" % (doc, command.split("\n")[0])
                if NOT_RUN.match(command):
                    script = command.split()[0]
                    good = not script.startswith("tests/") or os.access(script, os.X_OK)
                    print("%sok %d - %s # SKIP not run here" % ("" if good else "not ", number, name))
                    failed += not good
                    new += shown + "".join(w + "\n" for w in want)
                    continue
                p = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=scratch, env=env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, timeout=120)
                got = p.stdout.decode("utf-8", "replace").splitlines()
                good = p.returncode in (0, 141) and same(want, got) or UPDATE
                keep = want if same(want, got) else got
                new += shown + "".join(w + "\n" for w in keep)
                print("%sok %d - %s" % ("" if good else "not ", number, name))
                failed += not good
                if not good:
                    print("# exit status %d" % p.returncode)
                    for w, g in zip(want + [""] * len(got), got + [""] * len(want)):
                        if w != g:
                            print("# want %s\n# got  %s" % (w, g))
                            break
            text = text.replace(block, new)
        if UPDATE:
            with open(doc, "w", encoding="utf-8") as f:
                f.write(text)
    print("1..%d" % number)
    shutil.rmtree(scratch)
    sys.exit(failed != 0)


main()
