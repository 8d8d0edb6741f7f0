#!/usr/bin/env python3
"""stream - memory does not grow with the input; a stream cut anywhere and put together is the same"""
# SPDX-License-Identifier: MIT
import fcntl
import json
import os
import random
import subprocess
import sys
import tempfile
import termios
import time

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
WORDS = ("全市 规上工业 营业收入 达到 同比 增长 下降 企业 记者 蓝庆华 重庆市 南岸区 据了解 项目 投资 建成 "
         "其中 占比 预计 明年 去年 一季度 新增 累计 分别").split()
number = failed = 0


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s%s" % ("" if passed else "not ", number, what, "" if passed else "\n# %s" % (note,)))


def sentence(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randrange(5, 25))]
    if rng.random() < 0.4:
        words.insert(rng.randrange(len(words)), rng.choice(
            ["%d.%d亿元", "%d.%d%%", "%d.%d万人", "%d至%d家", "约%d.%d万吨"]) % (
                rng.randrange(1, 999), rng.randrange(1, 99)))
    return "".join(words) + "。"


def peak(args, name):
    """peak of memory in KB: asked when all is read, before standard input ends"""
    with open(name, "rb") as f, subprocess.Popen(args, stdin=subprocess.PIPE,
                                                 stdout=subprocess.DEVNULL) as p:
        for block in iter(lambda: f.read(1 << 16), b""):
            p.stdin.write(block)
        p.stdin.flush()
        while True:
            waiting = fcntl.ioctl(p.stdin, termios.FIONREAD, b"\0\0\0\0") != b"\0\0\0\0"
            with open("/proc/%d/status" % p.pid) as status:
                fields = dict(line.split(":", 1) for line in status)
            if not waiting and fields["State"].strip().startswith("S"):
                return int(fields["VmHWM"].split()[0])
            time.sleep(0.005)


def main():
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as temp:
        small, large = temp + "/small", temp + "/large"
        lines = [json.dumps({"text": sentence(rng), "n": i}, ensure_ascii=False) + "\n"
                 for i in range(3000)]
        with open(small, "w", encoding="utf-8") as f:
            f.writelines(lines[:1500])
        with open(large, "w", encoding="utf-8") as f:
            for _ in range(8):
                f.writelines(lines)
        stages = [["normalize", "--jsonl"], ["segment"], ["extract-figures"], ["extract-entities"],
                  ["to-csv"]]
        for stage in stages:
            args = [BIN + "/" + stage[0]] + stage[1:]
            if not os.environ.get("SANITIZE"):
                a, b = peak(args, small), peak(args, large)
                ok(0 < b < a * 1.05 + 300, "%s: memory at 16 times the input: %d, %d KB" % (
                    stage[0], a, b), (a, b))
            for name in (small, large):
                with open(name, "rb") as f:
                    out = subprocess.run(args, stdin=f, capture_output=True).stdout
                with open(name, "wb") as f:
                    f.write(out)
        pieces(temp, [x.encode() for x in lines[:600]], rng)
    print("1..%d" % number)
    sys.exit(failed != 0)


def pieces(temp, lines, rng):
    # ids are given by line where there are none, so they come first
    lines = [x.replace(b"{", b'{"id":"d%d",' % i, 1) for i, x in enumerate(lines)]
    chain = "'%s'/normalize --jsonl | '%s'/segment | '%s'/extract-figures | '%s'/extract-entities" % (
        (BIN,) * 4)

    def run(data):
        return subprocess.run(["sh", "-c", chain], input=data, capture_output=True).stdout

    whole = run(b"".join(lines))
    for n in (2, 5, 11):
        cuts = [0] + sorted(rng.randrange(len(lines)) for _ in range(n - 1)) + [len(lines)]
        parts = b"".join(run(b"".join(lines[a:b])) for a, b in zip(cuts, cuts[1:]))
        ok(parts == whole and whole, "%d pieces, put together" % n, (len(parts), len(whole)))
    name = temp + "/ranges"
    with open(name, "wb") as f:
        f.write(b"".join(lines))
    size, got = sum(map(len, lines)), b""
    for at in range(0, size, 9973):
        p = subprocess.run([BIN + "/normalize", "--jsonl", "--range=%d:9973" % at, name],
                           capture_output=True)
        got += p.stdout
    want = subprocess.run([BIN + "/normalize", "--jsonl", name], capture_output=True).stdout
    ok(got == want, "--range: every line in one range, once", (len(got), len(want)))
    # a producer that writes byte by byte
    p = subprocess.Popen([BIN + "/extract-figures"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    data = run(b"".join(lines[:5]))
    for i in range(0, len(data), 3):
        os.write(p.stdin.fileno(), data[i:i + 3])
    out = p.communicate()[0]
    ok(out == data, "three bytes at a time", out[:200])


main()
