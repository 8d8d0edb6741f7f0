#!/usr/bin/env python3
"""differential - the record reader against Python's json: the same lines taken, the same refused"""
# SPDX-License-Identifier: MIT
import json
import os
import random
import subprocess
import sys
import tempfile

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
LINES = 20000
ALPHABET = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"1", b"-", b"+", b".", b"e", b"E",
            b" ", b"\t", b"\r", b"n", b"t", b"null", b"true", b"false", b"\\u", b"d800", b"\\ud83d\\ude00",
            b"\x00", b"\x1f", b"\x7f", b"\xe4", b"\xb8", b"\xad", "中".encode(), b"\xc0\x80",
            b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"NaN", b"Infinity", b"/", b"'"]


def value(rng, depth):
    k = rng.randrange(8 if depth < 4 else 5)
    if k == 0:
        return rng.choice([b"null", b"true", b"false"])
    if k in (1, 2):
        return rng.choice([b"0", b"-0", b"1.5e+10", b"12345678901234567890", b"0.10", b"1E400", b"-3"])
    if k in (3, 4):
        return string(rng)
    inner = [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    gap = rng.choice([b"", b" ", b"\t"])
    if k in (5, 6):
        return b"[" + (gap + b"," + gap).join(inner) + b"]"
    return b"{" + (b"," + gap).join(string(rng) + gap + b":" + v for v in inner) + b"}"


def string(rng):
    parts = [b"a", "营业收入".encode(), b"\\n", b"\\u4e2d", b"\\ud800", b"\\\"", b"%", b"0123456789abcdef",
             "😀".encode(), b" "]
    return b'"' + b"".join(rng.choice(parts) for _ in range(rng.randrange(7))) + b'"'


def spoil(rng, line):
    for _ in range(rng.randrange(1, 4)):
        at, end = sorted((rng.randrange(len(line) + 1), rng.randrange(len(line) + 1)))
        k = rng.randrange(4)
        if k == 0:
            line = line[:at] + rng.choice(ALPHABET) + line[at:]
        elif k == 1:
            line = line[:at] + line[at + rng.randrange(1, 3):]
        elif k == 2:
            line = line[:at] + rng.choice(ALPHABET) + line[at + 1:]
        else:
            line = line[:at] + line[at:end] * rng.randrange(2) + line[end:]
    return line.replace(b"\n", b" ")


def refuse(text):
    raise ValueError(text)


def valid(line):
    try:
        json.loads(line.decode("utf-8"), parse_constant=refuse, parse_int=str, parse_float=str)
        return True
    except (ValueError, RecursionError):
        return False


def main():
    seed = int(os.environ.get("SEED", "20240327"))
    rng = random.Random(seed)
    lines = []
    for _ in range(LINES):
        line = value(rng, 0)
        lines.append(spoil(rng, line) if rng.random() < 0.8 else line)
    lines[0] = b"{}"  # a mark of byte order may stand here
    want = set()
    for i, line in enumerate(lines, 1):
        bare = line.rstrip(b"\r\t").lstrip(b" \t")
        if bare and not valid(bare):
            want.add(i)
    with tempfile.TemporaryDirectory() as temp:
        name, rejects = temp + "/in.jsonl", temp + "/rejects"
        with open(name, "wb") as f:
            f.write(b"\n".join(lines) + b"\n")
        r = subprocess.run([BIN + "/extract-figures", "-q", "--on-error=skip", "--rejects", rejects,
                            name], capture_output=True)
        with open(rejects, "rb") as f:
            got = {d["line"]: d for d in map(json.loads, f)}
    print("1..3")
    print("%sok 1 - runs" % ("" if r.returncode == 0 else "not "))
    taken, refused = sorted(want - set(got)), sorted(set(got) - want)
    print("%sok 2 - no line taken that Python refuses (of %d, seed %d)" % (
        "not " if taken else "", len(want), seed))
    for i in taken[:5]:
        print("# %r" % lines[i - 1])
    print("%sok 3 - no line refused that Python takes" % ("not " if refused else ""))
    for i in refused[:5]:
        print("# %r: %s" % (lines[i - 1], got[i]["reason"]))
    sys.exit(bool(r.returncode or taken or refused))


main()
