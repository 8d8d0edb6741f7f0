#!/usr/bin/env python3
"""fault - each malloc, read, write, close, fsync and rename fails in turn, in every filter

Whatever fails: a message and exit status 4 (3 while rules and tables are read), or a whole and right output and status 0 (an input that
does not close harms nobody). Never a signal, never a part of the output called done. So it is, too, where files may not
grow beyond some size; and reads and writes that are interrupted, or move less than was asked, change nothing.
"""
# SPDX-License-Identifier: MIT
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
PRELOAD = os.path.join(os.path.abspath(os.environ.get("BUILD", "build")), "fault.so")
PAGE = "fixtures/pages/interview.txt"
FILTERS = ["normalize", "segment", "extract-figures", "extract-entities", "dedupe", "to-csv",
           "to-html", "to-xlsx"]
TRIED = 25  # places of a call that are tried, at most, beside the first and last few


def run(tool, name, out, log, fault, rejects):
    env = {"FAULT": fault, "FAULT_LOG": log, "LD_PRELOAD": PRELOAD}
    return subprocess.run([BIN + "/" + tool, "-o", out, "--rejects", rejects, name],
                          capture_output=True, env=env, timeout=60, stdin=subprocess.DEVNULL)


def limited(tool, name, out, size):
    """no file may become larger than size; stdio, whose calls cannot be preloaded, feels it too"""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    more = ["--schema", out + ".schema"] if tool == "to-csv" else (
        ["--state", out + ".state"] if tool == "dedupe" else [])
    return subprocess.run([BIN + "/" + tool, "-o", out] + more + [name], capture_output=True,
                          timeout=60, stdin=subprocess.DEVNULL, preexec_fn=limit)


def remove(*paths):
    for path in paths:
        if os.path.exists(path):
            os.remove(path)


def slurp(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def places(n):
    """which of n calls are to fail"""
    some = list(range(1, n + 1))
    if n > TRIED + 20:
        random.seed(n)
        some = some[:15] + sorted(random.sample(some[15:-5], TRIED)) + some[-5:]
    return some


def main():
    if os.environ.get("SANITIZE"):
        print("1..0 # SKIP the sanitizers have a malloc of their own")
        return 0
    number = failed = 0
    with tempfile.TemporaryDirectory() as temp:
        out, log, rejects = (os.path.join(temp, x) for x in ("out", "log", "rejects"))
        name = PAGE
        for tool in FILTERS:
            if not os.access(BIN + "/" + tool, os.X_OK):
                number += 1
                print("ok %d - %s # SKIP not built" % (number, tool))
                continue
            for call in ("malloc", "read", "write", "close", "fsync", "rename"):
                remove(log)
                r = run(tool, name, out, log, call + ":0", rejects)
                right, said = slurp(out), r.stderr
                calls = int(slurp(log))
                wrong = []
                for n in places(calls):
                    remove(out, log)
                    r = run(tool, name, out, log, "%s:%d" % (call, n), rejects)
                    got = slurp(out)
                    left = [f for f in os.listdir(temp) if f.startswith(".")]
                    whole = r.returncode == 0 and got == right
                    told = r.returncode in (3, 4) and r.stderr != said and got in (None, right)
                    if not (whole or told) or left or b"!" not in slurp(log):
                        wrong.append((n, r.returncode, r.stderr[-300:], got is None, left))
                        for f in left:
                            os.remove(os.path.join(temp, f))
                number += 1
                good = not wrong and calls > 0 or call == "read" and calls == 0
                failed += not good
                print("%sok %d - %s: %s fails, %d calls" % (
                    "" if good else "not ", number, tool, call, calls))
                for w in wrong[:4]:
                    print("# call %d: status %d, %r%s %s" % (w[0], w[1], w[2],
                                                            ", no output" if w[3] else "", w[4]))
            for fault, what in (("short", "move a part"), ("eintr", "are interrupted")):
                remove(out, log)
                r = run(tool, name, out, log, fault + ":0", rejects)
                number += 1
                good = r.returncode == 0 and slurp(out) == right and r.stderr == said
                failed += not good
                print("%sok %d - %s: reads and writes %s" % ("" if good else "not ", number, tool, what))
            remove(out)
            wrong, largest = [], 0
            side = [out + ".schema", out + ".state"]
            for size in [0, 1, 100, 511, 4096, 5000, len(right) - 1] + list(range(9999, 200000, 9999)) + [1 << 30]:
                remove(out, *side)
                r = limited(tool, name, out, size)
                got, left = slurp(out), [f for f in os.listdir(temp) if f.startswith(".")]
                schema = slurp(side[0])
                whole = r.returncode == 0 and got == right and (tool != "to-csv" or json.loads(schema))
                told = r.returncode == 4 and b"File too large" in r.stderr and got in (None, right)
                largest = max(largest, 0 if whole else size)
                if not (whole or told) or left:
                    wrong.append((size, r.returncode, r.stderr[-300:], got is None, left))
                    remove(*(os.path.join(temp, f) for f in left))
            number += 1
            good = not wrong and 0 < largest < 1 << 30
            failed += not good
            print("%sok %d - %s: no file may grow beyond some size" % ("" if good else "not ", number, tool))
            for w in wrong[:4]:
                print("# %d bytes: status %d, %r%s %s" % (w[0], w[1], w[2], ", no output" if w[3] else "", w[4]))
            remove(*side)
            # the next filter reads what this one writes
            if tool.startswith("to-"):
                continue
            run(tool, name, out, log, "none:0", rejects)
            name = os.path.join(temp, tool + ".jsonl")
            os.rename(out, name)
    print("1..%d" % number)
    return failed != 0


sys.exit(main())
