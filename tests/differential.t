#!/usr/bin/env python3
"""differential - the record reader against Python's json, over lines put together and broken at random"""
# SPDX-License-Identifier: MIT
import json
import os
import random
import subprocess
import sys

BIN = os.environ.get("BIN", os.path.abspath("bin"))
LINES = int(os.environ.get("DIFFERENTIAL_LINES", "20000"))
PARTS = [b'"a"', b'"\\u4e2d"', "\"增长6.6%\"".encode(), b'"\\ud800"', b'"\\n\\t\\/"', b'""', b"0", b"-0", b"1e400", b"0.10", b"-1.5E+3",
         b"12345678901234567890", b"true", b"false", b"null", b"[]", b"{}", b'{"k":[1,{"k":2}]}', b"[[[1]]]", b'{"text":1}']
NOISE = [b"", b",", b":", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u12", b"\\x", b"01", b"1.", b".5", b"+1", b"e", b"-", b"tru", b"NaN",
         b"Infinity", b"\x00", b"\x01", b"\x7f", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe4\xb8", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b" ", b"\t", b"\r", b"//", b"'a'"]


def refuse(name):
    raise ValueError(name)


def python_takes(line):
    """Strict: UTF-8 without surrogates, no NaN; blanks at the ends are part of a line's end."""
    try:
        json.loads(line.decode("utf-8"), parse_constant=refuse)
        return True
    except (ValueError, RecursionError):
        return False


def value(r, depth=0):
    x = r.random()
    if depth > 3 or x < 0.6:
        return r.choice(PARTS)
    blank = r.choice([b"", b"", b" ", b"\t"])
    if x < 0.8:
        return b"[" + blank + (b"," + blank).join(value(r, depth + 1) for _ in range(r.randrange(4))) + b"]"
    return b"{" + (b"," + blank).join(b'"k%d"' % r.randrange(3) + blank + b":" + value(r, depth + 1) for _ in range(r.randrange(4))) + b"}"


def broken(r, line):
    for _ in range(r.randrange(3)):
        at = r.randrange(len(line) + 1)
        line = line[:at] + r.choice(NOISE) + line[at + r.randrange(2):]
    return line.replace(b"\n", b"")


def main():
    seed = int(os.environ.get("DIFFERENTIAL_SEED", random.randrange(10**9)))
    print("# DIFFERENTIAL_SEED=%d" % seed)
    r = random.Random(seed)
    lines = [broken(r, b"{%s}" % b",".join(b'"k%d":' % i + value(r) for i in range(r.randrange(4)))) for _ in range(LINES)]
    lines = [line for line in lines if line.strip(b" \t\r") and not line.startswith(b"\xef\xbb\xbf")]
    want = {i + 1 for i, line in enumerate(lines) if not python_takes(line)}
    good = [line for i, line in enumerate(lines) if i + 1 not in want]
    p = subprocess.run([BIN + "/dedupe", "--exact", "--min-chars", "1000000"], input=b"".join(line + b"\n" for line in lines), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    got = {int(m.split(b":")[2]) for m in p.stderr.splitlines() if m.startswith(b"dedupe: <stdin>:")}
    print("%s 1 - refused are those that Python refuses (%d of %d)" % ("ok" if got == want else "not ok", len(want), len(lines)))
    for n in sorted(got ^ want)[:10]:
        print("# line %d: %r: Python %s, dedupe %s" % (n, lines[n - 1], "refuses" if n in want else "takes", "refuses" if n in got else "takes"))
    same = [line.strip(b" \t\r") for line in p.stdout.split(b"\n")[:-1]] == [line.strip(b" \t\r") for line in good]
    print("%s 2 - all others pass byte for byte" % ("ok" if same else "not ok"))
    print("%s 3 - both kinds occur" % ("ok" if len(want) > LINES // 20 and len(good) > LINES // 20 else "not ok"))
    print("1..3")
    sys.exit(got != want or not same)


main()
