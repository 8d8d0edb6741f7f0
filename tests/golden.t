#!/usr/bin/env python3
"""golden - the cases in fixtures/FILTER/CASE, found by glob

A case is a directory:
  in.*     the input: standard input, unless args names it
  args     arguments, as words of a shell; none if absent
  out      what must come out
  err      what must be said; nothing if absent
  status   the exit status; 0 if absent
The filter runs in the case's directory. UPDATE=1 rewrites out, err and status; then read git diff.
"""
# SPDX-License-Identifier: MIT
import glob
import os
import shlex
import subprocess
import sys

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
UPDATE = os.environ.get("UPDATE") == "1"


def slurp(path, default=b""):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return default


def spill(path, data, default):
    if data != default:
        with open(path, "wb") as f:
            f.write(data)
    elif os.path.exists(path):
        os.remove(path)


def run(case, tool):
    args = shlex.split(slurp(case + "/args").decode())
    inputs = sorted(glob.glob(case + "/in.*"))
    named = any(os.path.basename(i) in args for i in inputs)
    stdin = open(inputs[0], "rb") if inputs and not named else subprocess.DEVNULL
    env = dict(os.environ, PATH=BIN + ":" + os.environ.get("PATH", ""))
    p = subprocess.run([BIN + "/" + tool] + args, stdin=stdin, capture_output=True, cwd=case,
                       env=env, timeout=60)
    return {"out": p.stdout, "err": p.stderr, "status": b"%d\n" % p.returncode}


def check(case, tool, number):
    got = run(case, tool)
    defaults = {"out": None, "err": b"", "status": b"0\n"}
    if UPDATE:
        for name, default in defaults.items():
            spill(case + "/" + name, got[name], default)
    wrong = [n for n in got if slurp(case + "/" + n, defaults[n] or b"") != got[n]]
    print("%sok %d - %s" % ("not " if wrong else "", number, case))
    for name in wrong:
        print("# %s is not as expected" % name)
        want = slurp(case + "/" + name, b"").decode(errors="replace").splitlines()
        have = got[name].decode(errors="replace").splitlines()
        for i in range(max(len(want), len(have))):
            w = want[i] if i < len(want) else "(nothing)"
            h = have[i] if i < len(have) else "(nothing)"
            if w != h:
                print("#  line %d want %s\n#  line %d got  %s" % (i + 1, w[:2000], i + 1, h[:2000]))
                break
    return bool(wrong)


def main():
    cases = []
    for case in sorted(glob.glob("fixtures/*/*/")):
        tool = case.split("/")[1]
        tool = "hansieve" if tool == "pipeline" else tool
        if glob.glob(case + "in.*") or os.path.exists(case + "args"):
            cases.append((case.rstrip("/"), tool))
    print("1..%d%s" % (len(cases), "" if cases else " # SKIP no cases"))
    failed = 0
    for number, (case, tool) in enumerate(cases, 1):
        if not os.access(BIN + "/" + tool, os.X_OK):
            print("ok %d - %s # SKIP %s is not built" % (number, case, tool))
            continue
        failed += check(case, tool, number)
    sys.exit(failed != 0)


main()
