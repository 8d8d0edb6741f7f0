#!/usr/bin/env python3
"""pieces - a stream cut at any line ends and put together again gives the bytes of the whole

PIECES_MB says how much text is run (default 2; 2000 takes half an hour and 10 GB of TMPDIR).
"""
# SPDX-License-Identifier: MIT
import os
import random
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
MB = float(os.environ.get("PIECES_MB", "2"))
STAGES = (["normalize", "--jsonl"], ["segment"], ["extract-figures"], ["extract-entities"])


def pipe(stages, source, out):
    shell = " | ".join("%s/%s" % (BIN, " ".join(s)) for s in stages)
    with open(source, "rb") as i, open(out, "wb") as o:
        return subprocess.run(["bash", "-o", "pipefail", "-c", shell], stdin=i, stdout=o).returncode


def cut(path, dir_, r):
    """The file in pieces of whole lines, from one line to a third of all."""
    size, paths = os.path.getsize(path), []
    with open(path, "rb") as f:
        while f.tell() < size:
            paths.append(os.path.join(dir_, "piece%d" % len(paths)))
            with open(paths[-1], "wb") as o:
                left = int(size / 3 * r.random() ** 4)
                while True:
                    line = f.readline()
                    o.write(line)
                    left -= len(line)
                    if left <= 0 or not line:
                        break
    return paths


def main():
    seed = int(os.environ.get("PIECES_SEED", random.randrange(10**9)))
    print("# PIECES_SEED=%d" % seed)
    r, n, failed = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory() as dir_:
        whole, one, many = (os.path.join(dir_, name) for name in ("whole", "one", "many"))
        for what in ("lines", "pages"):
            with open(whole, "wb") as f:
                subprocess.run([sys.executable, TOP + "/bench/corpus.py", what, str(int(MB * 500000))], stdout=f, check=True)
            status = pipe(STAGES, whole, one)
            paths = cut(whole, dir_, r)
            with open(many, "wb") as o:
                for path in paths:
                    status |= pipe(STAGES, path, many + "1")
                    with open(many + "1", "rb") as f:
                        o.write(f.read())
                    os.remove(path)
            same = status == 0 and subprocess.run(["cmp", "-s", one, many]).returncode == 0
            n += 1
            failed += not same
            print("%s %d - %s in %d pieces, each through the pipe (%d bytes in, %d out)" % (
                "ok" if same else "not ok", n, what, len(paths), os.path.getsize(whole), os.path.getsize(one)), flush=True)
            # Cut anew between any two filters as well, unless that would take hours.
            for i in range(1, len(STAGES) if MB <= 20 else 1):
                pipe(STAGES[:i], whole, many + "1")
                with open(many, "wb") as o:
                    for path in cut(many + "1", dir_, r)[:40]:
                        pipe(STAGES[i:i + 1], path, many + "2")
                        with open(many + "2", "rb") as f:
                            o.write(f.read())
                pipe(STAGES[:i + 1], whole, one + "1")
                short = os.path.getsize(many)
                with open(one + "1", "rb") as a, open(many, "rb") as b:
                    same = short > 0 and a.read(short) == b.read()
                n += 1
                failed += not same
                print("%s %d - %s cut before %s" % ("ok" if same else "not ok", n, what, STAGES[i][0]))
    print("1..%d" % n)
    sys.exit(failed != 0)


main()
