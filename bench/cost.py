#!/usr/bin/env python3
"""cost - what a corpus of any size takes, by the cost of a small one: the tables of examples/cost.md

usage: bench/cost.py [--mb N] [--write]     --write puts them into examples/cost.md

Processor seconds, peak memory and output of every step of a run with an engine, each by itself.
"""
# SPDX-License-Identifier: MIT
import argparse
import os
import re
import subprocess
import sys
import tempfile
import zlib

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
sys.path.insert(0, os.path.join(TOP, "tests", "engines"))
import documents  # noqa: E402

STEPS = ("normalize --jsonl", "segment", "extract-figures", "extract-entities", "dedupe --emit-keys",
         "dedupe --by-key", "dedupe --by-key")
CORPORA = (("1 TB", 1000, 100), ("100 TB", 100000, 1000))  # GB, cores


def measure(command, source, out):
    """Processor seconds and peak MB of a filter, by time(1): a child of this program would begin with its memory."""
    words = command.split()
    with open(source, "rb") as i, open(out, "wb") as o:
        p = subprocess.run(["/usr/bin/time", "-f", "%U %S %M", os.path.join(BIN, words[0]), *words[1:], "-q"], stdin=i, stdout=o, stderr=subprocess.PIPE)
    if p.returncode:
        sys.exit("cost: %s failed" % command)
    user, system, kib = p.stderr.split()[-3:]
    return float(user) + float(system), int(kib) / 1024


def hours(seconds):
    return "%.0f minutes" % (seconds / 60) if seconds < 5400 else "%.1f hours" % (seconds / 3600)


def tables(mb):
    out = ["| step | s a GB | peak MB | bytes out for a byte of text |", "| --- | ---: | ---: | ---: |"]
    cost, size = [], []
    with tempfile.TemporaryDirectory() as dir_:
        source, n = dir_ + "/0", 0
        with open(source, "w", encoding="utf-8") as f:
            for d in documents.documents(10**9):
                f.write(documents.json.dumps(d, ensure_ascii=False) + "\n")
                n += len(d["text"].encode())
                if n >= mb * 10**6:
                    break
        text = os.path.getsize(source)
        for k, step in enumerate(STEPS):
            best = min(measure(step, source, dir_ + "/out") for _ in range(3))
            cost.append(best[0] * 1e9 / text)
            size.append(os.path.getsize(dir_ + "/out") / text)
            name = ("first " if k == 5 else "second " if k == 6 else "") + step
            out.append("| %s | %.0f | %.0f | %.1f |" % (name, cost[-1], best[1], size[-1]))
            if step == "dedupe --emit-keys":
                with open(dir_ + "/out", "rb") as f:
                    head = f.read(32 << 20)
                packed = len(zlib.compress(head, 1)) / len(head)
            source = dir_ + "/%d" % (k + 1)
            if "keys" in step or k == 5:  # what the engine's shuffle does
                subprocess.run(["sort", "-o", source, dir_ + "/out"], env={"LC_ALL": "C", "PATH": os.environ["PATH"], "TMPDIR": dir_}, check=True)
            else:
                os.rename(dir_ + "/out", source)
    out += ["", "| corpus | cores | rows, no dedupe | with dedupe | through the shuffle | the same packed |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, gb, cores in CORPORA:
        unit, of = ("PB", 1e6) if gb * size[4] > 1e6 else ("TB", 1e3)
        out.append("| %s | %d | %s | %s | %.1f %s | %.1f %s |" % (
            name, cores, hours(sum(cost[:4]) * gb / cores), hours(sum(cost) * gb / cores),
            gb * size[4] / of, unit, gb * size[4] * packed / of, unit))
    return "\n".join(out) + "\n"


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--mb", type=int, default=20)
    p.add_argument("--write", action="store_true")
    args = p.parse_args()
    text = tables(args.mb)
    sys.stdout.write(text)
    if args.write:
        path = os.path.join(TOP, "examples", "cost.md")
        with open(path, encoding="utf-8") as f:
            old = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(re.sub(r"(?<=<!-- bench/cost.py -->\n).*?(?=<!-- -->)", lambda _: text, old, flags=re.S))


main()
