#!/usr/bin/env python3
"""run - the figures of make bench: speed against well-known tools, memory, cost of rules and words

usage: run.py [--mb N] [--runs N] [--full] [PART...]

PART: filters pipe memory rules words hostile dedupe; all without. Writes bench/results.md and
bench/results.svg when all parts ran. N is 15 (the pipe 30); with --full it is 150, memory is measured
up to 1.5 GB and dedupe on a million passages (an hour, 10 GB of disk). Times are processor seconds of
whole processes, in paired runs: ours, theirs, ours, theirs; the ratio of each pair, and the median of
those. BIN says where the filters are.
"""
# SPDX-License-Identifier: MIT
import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
TARGET = {"normalize": 12, "segment": 20, "extract-figures": 5, "extract-entities": 6, "dedupe": 3, "dedupe --exact": 15, "to-csv": 15}
STAGES = [["normalize", "--jsonl"], ["segment"], ["extract-figures"], ["extract-entities"], ["dedupe"], ["to-csv"]]


def tool(words):
    return [os.path.join(BIN, words[0])] + words[1:] if os.path.exists(os.path.join(BIN, words[0])) else words


def run(words, path, out=subprocess.DEVNULL):
    """One run over a file: processor seconds, wall seconds."""
    with open(path, "rb") as f:
        start = time.monotonic()
        p = subprocess.Popen(tool(words), stdin=f, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        sys.exit("run: %s: exit status %d" % (" ".join(words), p.returncode))
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


CPU, WALL = 0, 1  # of what run() returns


def pair(ours, theirs, path, runs, clock=CPU):
    """Medians: our seconds, ratio theirs/ours."""
    run(ours, path), run(theirs, path)
    a, ratio = [], []
    for _ in range(runs):
        x, y = run(ours, path)[clock], run(theirs, path)[clock]
        a.append(x)
        ratio.append(y / x)
    return statistics.median(a), statistics.median(ratio)


def peak(words, path, out=subprocess.DEVNULL):
    """Peak KiB, by time(1): a child of this program would begin with its memory."""
    with open(path, "rb") as f:
        p = subprocess.run(["/usr/bin/time", "-f", "%M", *tool(words)], stdin=f, stdout=out, stderr=subprocess.PIPE)
    return int(p.stderr.split()[-1])


class Bench:
    def __init__(self, args, dir_):
        self.args, self.dir, self.table, self.bars = args, dir_, [], []

    def say(self, line=""):
        print(line, flush=True)
        self.table.append(line)

    def corpus(self, what, size):
        path = os.path.join(self.dir, "%s-%d.jsonl" % (what, size))
        if not os.path.exists(path):
            with open(path, "wb") as f:
                subprocess.run([sys.executable, os.path.join(HERE, "corpus.py"), what, str(size)], stdout=f, check=True)
        return path

    def stages(self, source):
        """The input of every filter: what the one before it writes."""
        paths = [source]
        for i, stage in enumerate(STAGES[:-1]):
            out = "%s.%d" % (source, i)
            if not os.path.exists(out):
                with open(out, "wb") as f:
                    run(stage, paths[-1], f)
            paths.append(out)
        return paths

    def filters(self):
        source = self.corpus("lines", self.args.mb * 1000000)
        # The alternation of all the units our rules know: what rg would have to look for.
        units = os.path.join(TOP, "rules", "units.tsv")
        forms = sorted({line.split("\t")[0] for line in open(units, encoding="utf-8") if line[0] not in "#\n"}, key=len, reverse=True) if os.path.exists(units) else ["元", "%"]
        regex = r"[0-9][0-9,.]*(?:万亿|亿|千万|百万|万)?(?:%s)" % "|".join("".join("\\" + c if c in r"\.*+?()[]{}|^$/%" and c not in "/%" else c for c in f) for f in forms[1:])
        self.say("## Filters, one sentence a line, %d MB, one core\n" % self.args.mb)
        self.say("| filter | MB/s | × `jq -c .` | asked | × `mlr cat` | × `rg -o` | × `cat` |")
        self.say("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        paths = self.stages(source)
        work = list(zip(STAGES, paths)) + [(["dedupe", "--exact"], paths[4])]
        for stage, path in work:
            name = " ".join(w for w in stage if w != "--jsonl")
            size = os.path.getsize(path) / 1e6
            seconds, jq = pair(stage, ["jq", "-c", "."], path, self.args.runs)
            others = [pair(stage, words, path, self.args.runs)[1] for words in (["mlr", "--ijsonl", "--ojsonl", "cat"], ["rg", "-o", regex], ["cat"])]
            self.say("| %s | %.0f | %.1f | %s | %.1f | %.2f | %.2f |" % (name, size / seconds, jq, TARGET.get(name, ""), *others))
            self.bars.append((name, jq, TARGET.get(name)))
        self.say()

    def pipe(self):
        """Wall clock, at a size of which the start of six processes is no part worth naming."""
        cores = os.cpu_count()
        mb = max(self.args.mb, 30)
        pipe = ["sh", "-c", " | ".join(" ".join(tool(s)) for s in STAGES)]
        ways = [("the six filters in a pipe", lambda source: pipe),
                ("hansieve --jsonl", lambda source: ["hansieve", "--jsonl"]),
                ("hansieve --jsonl -j %d FILE" % cores, lambda source: ["hansieve", "--jsonl", "-j", str(cores), source])]
        self.say("## The whole, wall clock, %d MB, %d cores (asked on two cores: 2.5 × `jq -c .`)\n" % (mb, cores))
        self.say("| | lines, MB/s | × `jq -c .` | pages, MB/s | × `jq -c .` |")
        self.say("| --- | ---: | ---: | ---: | ---: |")
        sources = [self.corpus(what, mb * 1000000) for what in ("lines", "pages")]
        for name, words in ways:
            cells = []
            for source in sources:
                seconds, ratio = pair(words(source), ["jq", "-c", "."], source, self.args.runs, WALL)
                cells += [os.path.getsize(source) / 1e6 / seconds, ratio]
            self.say("| %s | %.1f | %.2f | %.1f | %.2f |" % (name, *cells))
            if words(sources[0]) is pipe:
                self.bars.append(("six stages", cells[1], 2.5))
        self.say()

    def memory(self):
        sizes = [15, 150, 1500] if self.args.full else [5, 15]
        self.say("## Peak memory, MB\n")
        self.say("| filter | " + " | ".join("%d MB of text" % s for s in sizes) + " |")
        self.say("| --- |" + " ---: |" * len(sizes))
        rows = {}
        for size in sizes:
            path = source = self.corpus("lines", size * 1000000)
            for i, stage in enumerate(STAGES):  # of large corpora no more lies on the disk than must
                out = "%s.peak%d" % (source, i)
                with open(out, "wb") as f:
                    rows.setdefault(" ".join(stage), []).append(peak(stage, path, f) / 1024)
                if stage == ["dedupe"]:
                    rows.setdefault("dedupe --exact", []).append(peak(["dedupe", "--exact"], path) / 1024)
                if path != source:
                    os.remove(path)
                path = out
            os.remove(path)
        for name, peaks in rows.items():
            self.say("| %s | %s |" % (name, " | ".join("%.1f" % p for p in peaks)))
        self.say()

    def rules(self):
        source = self.stages(self.corpus("lines", min(self.args.mb, 15) * 1000000))[2]
        self.say("## Cost of rules: extract-figures with N more rules\n\n| rules more | seconds | × none |\n| ---: | ---: | ---: |")
        base = None
        shipped = [a for f in sorted(os.listdir(os.path.join(TOP, "rules"))) if f.startswith(("figures", "dates", "links")) and f.endswith(".rules") for a in ("-r", os.path.join(TOP, "rules", f))]
        for n in (0, 10, 40, 200):
            path = os.path.join(self.dir, "more-%d.rules" % n)
            with open(path, "w", encoding="utf-8") as f:
                f.write("rules 1\n")
                for i in range(n):
                    a, b = chr(0x4E00 + 37 * i), chr(0x5000 + 29 * i)
                    f.write("[figure more%d]\nkind count\nmatch (?<value>[0-9]+(?:\\.[0-9]+)?)(?<unit>%s%s)\n+ 有「3%s%s」 => value=3\n- 没有\n" % (i, a, b, a, b))
            t = statistics.median(run(["extract-figures", *shipped, "-r", path], source)[0] for _ in range(self.args.runs))
            base = base or t
            self.say("| %d | %.2f | %.2f |" % (n, t, t / base))
        self.say()

    def words(self):
        import random
        source = self.stages(self.corpus("lines", min(self.args.mb, 15) * 1000000))[3]
        self.say("## Cost of words: extract-entities with a list of N words more\n\n| words | seconds | × 1,000 | start, ms |\n| ---: | ---: | ---: | ---: |")
        base = None
        empty = os.path.join(self.dir, "empty")
        open(empty, "w").close()
        for n in (1000, 10000, 100000):
            r = random.Random(n)
            path = os.path.join(self.dir, "words-%d.tsv" % n)
            with open(path, "w", encoding="utf-8") as f:
                f.write("surface\tlabel\n")
                for w in {"".join(chr(0x4E00 + r.randrange(6000)) for _ in range(r.randint(3, 6))) for _ in range(n)}:
                    f.write("%s\tORG\n" % w)
            start = statistics.median(run(["extract-entities", "-l", path], empty)[0] for _ in range(self.args.runs))
            t = statistics.median(run(["extract-entities", "-l", path], source)[0] for _ in range(self.args.runs))
            base = base or t
            self.say("| %d | %.2f | %.2f | %.0f |" % (n, t, t / base, start * 1000))
        self.say()

    def hostile(self):
        lines = {"十": "十", "digits": "1234567890", "1.": "1.", "万亿": "万亿", "百分之": "百分之", "分别": "分别为1、", "（": "（", "《": "《", "某某说": "王明说，", "年": "2024年"}
        self.say("## Hostile lines: processor seconds at 32 KB and at 64 KB (linear is 2.0)\n\n| text | " + " | ".join(s[0] for s in STAGES[:5]) + " |\n| --- |" + " ---: |" * 5)
        for name, unit in lines.items():
            cells = []
            for stage in STAGES[:5]:
                t = []
                for kb in (32, 64):
                    text = unit * (kb * 1024 // len(unit.encode()))
                    path = os.path.join(self.dir, "hostile")
                    with open(path, "w", encoding="utf-8") as f:
                        f.write(('{"id":"h","doc":"h","kind":"paragraph","src":[0,%d],"sentences":[[0,%d]],"text":"%s"}\n' % (len(text.encode()), len(text), text)) * 4)
                    t.append(run(stage, path)[0])
                cells.append("%.3f → %.3f (%.1f)" % (t[0], t[1], t[1] / max(t[0], 1e-6)))
            self.say("| %s | %s |" % (name, " | ".join(cells)))
        self.say()

    def dedupe(self):
        import collections
        import json
        n = 1000000 if self.args.full else 100000
        source = self.corpus("passages", n)
        out = os.path.join(self.dir, "marked")
        with open(out, "wb") as f:
            cpu = run(["dedupe", "--mark"], source, f)[0]
        c = collections.Counter()
        for line in open(out, encoding="utf-8"):
            r = json.loads(line)
            c[r["kind"] != "new", "repeat_of" in r] += 1
        recall = c[True, True] / (c[True, True] + c[True, False])
        precision = c[True, True] / (c[True, True] + c[False, True])
        exact = run(["dedupe", "--exact"], source)[0]
        near_peak, exact_peak = peak(["dedupe", "--mark"], source), peak(["dedupe", "--exact"], source)
        self.say("## dedupe on %d passages, a tenth exact and a tenth changed copies\n" % n)
        self.say("recall %.4f, precision %.4f (asked 0.99 each); near: %.0f MB, %.1f s; exact: %.0f MB, %.1f s.\n" % (recall, precision, near_peak / 1024, cpu, exact_peak / 1024, exact))

    def svg(self):
        width, left, scale = 720, 150, 480 / max(max(b[1] for b in self.bars), 20)
        rows = []
        for i, (name, value, asked) in enumerate(self.bars):
            y = 40 + 30 * i
            rows.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (left - 8, y + 14, name))
            rows.append('<rect x="%d" y="%d" width="%.1f" height="20" fill="#3b6ea5"/>' % (left, y, value * scale))
            rows.append('<text x="%.1f" y="%d">%.1f</text>' % (left + value * scale + 6, y + 14, value))
            if asked:
                rows.append('<path d="M%.1f %d v24" stroke="#c0392b" stroke-width="2"/>' % (left + asked * scale, y - 2))
        height = 60 + 30 * len(self.bars)
        return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13" role="img" '
                'aria-label="speed of each filter as a multiple of jq -c ."><rect width="100%%" height="100%%" fill="white"/>'
                '<text x="%d" y="20" font-weight="bold">Speed as a multiple of jq -c . (red: asked)</text>%s</svg>\n'
                % (width, height, left, "".join(rows)))


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("parts", nargs="*")
    p.add_argument("--mb", type=int)
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--full", action="store_true")
    args = p.parse_args()
    args.mb = args.mb or (150 if args.full else 15)
    names = ["filters", "pipe", "memory", "rules", "words", "hostile", "dedupe"]
    missing = [t for t in ("jq", "mlr", "rg", "/usr/bin/time") if not shutil.which(t)]
    if missing:
        sys.exit("run: needs %s (apt-get install jq miller ripgrep time)" % ", ".join(missing))
    with tempfile.TemporaryDirectory() as dir_:
        b = Bench(args, dir_)
        b.say("# Measured\n\n`make bench`, %s, %d cores, %s.\n" % (platform.machine(), os.cpu_count(), subprocess.run(["jq", "--version"], stdout=subprocess.PIPE, text=True).stdout.strip()))
        for name in args.parts or names:
            getattr(b, name)()
        if not args.parts:
            with open(os.path.join(HERE, "results.md"), "w", encoding="utf-8") as f:
                f.write("\n".join(b.table))
            with open(os.path.join(HERE, "results.svg"), "w", encoding="utf-8") as f:
                f.write(b.svg())


if __name__ == "__main__":
    main()
