#!/usr/bin/env python3
"""differential - against Python: the record reader against json (the same lines taken and refused, the same
texts read), decimals against fractions.Fraction, dates against datetime

SEED=N for other cases than those of always.
"""
# SPDX-License-Identifier: MIT
import csv
import datetime
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
SEED = int(os.environ.get("SEED", "20240327"))
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


number = failed = 0


def ok(what, wrong):
    global number, failed
    number += 1
    failed += bool(wrong)
    print("%sok %d - %s" % ("not " if wrong else "", number, what))
    for w in wrong[:5]:
        print("# %s" % (w,))


def lines_taken(rng):
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
    ok("runs", [r.returncode] if r.returncode else [])
    ok("no line taken that Python refuses (of %d, seed %d)" % (len(want), SEED),
       ["%r" % lines[i - 1] for i in sorted(want - set(got))])
    ok("no line refused that Python takes",
       ["%r: %s" % (lines[i - 1], got[i]["reason"]) for i in sorted(set(got) - want)])


def escaped(rng):
    """a string, each character written in one of the ways JSON has"""
    out = '"'
    for _ in range(rng.randrange(9)):
        c = rng.choice((rng.randrange(0x20), rng.randrange(0x20, 0x80), rng.randrange(0x80, 0x800),
                        0x4E00 + rng.randrange(0x5000), rng.randrange(0x10000, 0x110000),
                        rng.randrange(0xD800, 0xE000), rng.choice((0, 0x22, 0x5C, 0x2F, 0x7F, 0xFFFF, 0x2028, 0x85))))
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\", 0x2F: "\\/"}
        way = rng.randrange(3)
        if way == 0 and c in short:
            out += short[c]
        elif way == 1 and c >= 0x20 and c not in (0x22, 0x5C) and not 0xD800 <= c < 0xE000:
            out += chr(c)
        else:
            form = rng.choice(("\\u%04x", "\\u%04X"))
            out += form % c if c < 0x10000 else form % (0xD7C0 + (c >> 10)) + form % (0xDC00 + (c & 0x3FF))
    return out + '"'


class Number(str):
    """as it stands"""


def texts_read(rng):
    """what a reader of the records makes of the same line: of a key that stands twice the last counts"""
    wrong, lines, want = [], [], []
    for i in range(6000):
        keys = [rng.choice(("text", "te\\u0078t", "v", "\\u0076", "x")) for _ in range(rng.randrange(6))] + ["text"] * (i % 2)
        line = '{"id":"d%d","kind":"paragraph"%s}' % (i, "".join(',"%s":%s' % (k, rng.choice((
            escaped(rng), "%d" % rng.randrange(-10**25, 10**25), "-0.0", "1e400", "1.50E+3", "true", "null"))) for k in keys))
        d = json.loads(line, parse_int=Number, parse_float=Number)
        if type(d.get("text")) is str:
            lines.append(line)
            want.append(d)
    r = subprocess.run([BIN + "/to-csv", "-q", "--rows=segments", "--columns=block,text,record.v,record.x",
                        "--delimiter=;"], input="\n".join(lines).encode(), capture_output=True)
    rows = list(csv.reader(io.StringIO(r.stdout.decode(), newline=""), delimiter=";"))[1:]

    def cell(v):
        if v is None or v is True:
            return "true" if v else ""
        v = "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in v)
        return v.replace("\0", "\u2400")

    for line, d, row in zip(lines, want, rows):
        if [d["id"], cell(d["text"])] + [cell(d.get(k)) for k in "vx"] != row:
            wrong.append("%s: %r" % (line, row))
    if len(rows) != len(lines) or r.returncode:
        wrong.append("%d rows of %d, %r" % (len(rows), len(lines), r.stderr))
    ok("%d records: escapes, surrogates, keys that stand twice, numbers as they stand" % len(lines), wrong)


def decimal(rng):
    """a value as dec.h writes it, or with needless zeros"""
    n = "".join(rng.choice("0123456789") for _ in range(rng.choice((1, 1, 2, 3, 9, 18, 19, 20, 40))))
    s = n if rng.random() < 0.3 else n.lstrip("0") or "0"
    if rng.random() < 0.5:
        s += "." + "".join(rng.choice("0059") for _ in range(rng.choice((1, 2, 7, 30))))
    elif rng.random() < 0.3:
        f = Fraction(int(s), rng.choice((3, 7, 9, 12, 999, 10**18 + 9)))
        s = str(f)
        if "/" in s and finite(f):
            s = shown(f)
    return s if rng.random() < 0.7 else "-" + s


def finite(f):
    d = f.denominator
    for p in (2, 5):
        while d % p == 0:
            d //= p
    return d == 1


def shown(f):
    """as dec.h says"""
    if not finite(f):
        return "%d/%d" % (f.numerator, f.denominator)
    places = 0
    while f.denominator != 1 and (f * 10**places).denominator != 1:
        places += 1
    n = abs(f.numerator * 10**places // f.denominator)
    s = str(n).rjust(places + 1, "0")
    s = s if places == 0 else s[:-places] + "." + s[-places:]
    return "-" + s if f < 0 else s


def sums(rng):
    asked, want = [], []
    for _ in range(12000):
        a, b, op = decimal(rng), decimal(rng), rng.choice("+*/?eiv")
        if op in "?+" and rng.random() < 0.2:
            b = rng.choice((a, a.lstrip("-"), "-" + a.lstrip("-")))
        x, y = Fraction(a), Fraction(b)
        if op == "+":
            w = shown(x + y)
        elif op == "*":
            w = shown(x * y)
        elif op == "/":
            w = shown(x / y) if y else ""
        elif op == "?":
            w = str((x > y) - (x < y))
        elif op == "i":
            a = shown(x)
            w = str(x.numerator) if x.denominator == 1 and 0 <= x <= 999999999 else "-1"
        elif op == "v":
            w = str(int(a == shown(x)))
        else:
            b = str(rng.randrange(-40, 40))
            w = shown(x * Fraction(10)**int(b))
        asked.append("%s %s %s" % (op, a, b))
        want.append(w)
    r = subprocess.run([BUILD + "/unit/dec", "calculate"], input="\n".join(asked) + "\n",
                       capture_output=True, text=True)
    have = r.stdout.split("\n")[:-1]
    wrong = ["%s: want %s, have %s" % x for x in zip(asked, want, have) if x[1] != x[2]]
    if len(have) != len(asked):
        wrong.append("%d answers, status %d %s" % (len(have), r.returncode, r.stderr))
    ok("%d sums, products, quotients, comparisons as Fraction has them" % len(asked), wrong)


def month_and_day(y, m, d):
    try:
        return datetime.date(y, m, d).isoformat()
    except ValueError:
        return None


def expression(rng, ref):
    """what is said of a day or days, and its ISO form, None where there are none such"""
    y = rng.randrange(1995, 2035)
    m, d, k = rng.randrange(1, 13), rng.choice((1, 15, 28, 29, 30, 31)), rng.randrange(1, 7)
    way = rng.randrange(9)
    if way == 0:
        w, n = rng.choice((("上月", -1), ("本月", 0), ("下月", 1), ("上上月", -2), ("上个月", -1), ("下个月", 1)))
        year, month = divmod(ref.year * 12 + ref.month - 1 + n, 12)
        return "%s%d日" % (w, d), month_and_day(year, month + 1, d)
    if way == 1:
        w, n = rng.choice((("去年", -1), ("今年", 0), ("明年", 1), ("前年", -2), ("大前年", -3), ("后年", 2)))
        return "%s%d月%d日" % (w, m, d), month_and_day(ref.year + n, m, d)
    if way == 2:
        return "%d年%d月%d日" % (y, m, d), month_and_day(y, m, d)
    if way == 3:
        n = rng.choice((1, 2, 52, 53))
        try:
            monday = datetime.date.fromisocalendar(y, n, 1)
        except ValueError:
            return "%d年第%d周" % (y, n), None
        return "%d年第%d周" % (y, n), "%s/%s" % (monday, monday + datetime.timedelta(6))
    if way == 4:
        first = datetime.date(y, m, 1)
        day = first + datetime.timedelta((k - 1 - first.weekday()) % 7 + 28)
        return "%d年%d月第5个星期%s" % (y, m, "一二三四五六"[k - 1]), day.isoformat() if day.month == m else None
    if way == 5:
        last = datetime.date(y + m // 12, m % 12 + 1, 1) - datetime.timedelta(1)
        day = last - datetime.timedelta((last.weekday() - k + 1) % 7)
        return "%d年%d月最后一个星期%s" % (y, m, "一二三四五六"[k - 1]), day.isoformat()
    if way == 6:
        w, n = rng.choice((("上季度", -1), ("本季度", 0), ("下季度", 1)))
        year, q = divmod(ref.year * 4 + (ref.month - 1) // 3 + n, 4)
        return w, "%d-Q%d" % (year, q + 1)
    if way == 7:
        w, n = rng.choice((("上周", -7), ("本周", 0), ("下周", 7), ("上上周", -14), ("下下周", 14), ("上星期", -7)))
        day = ref + datetime.timedelta(n + k - 1 - ref.weekday())
        return w + "一二三四五六"[k - 1], day.isoformat()
    w, n = rng.choice((("上月", -1), ("本月", 0), ("下月", 1), ("上上月", -2)))
    year, month = divmod(ref.year * 12 + ref.month - 1 + n, 12)
    after = datetime.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return w + "下旬", "%d-%02d-21/%s" % (year, month + 1, after - datetime.timedelta(1))


def dates(rng):
    cases = []
    for _ in range(4000):
        ref = datetime.date(rng.randrange(1995, 2035), rng.randrange(1, 13), 1) + datetime.timedelta(
            rng.choice((-2, -1, 0, 1, 27, 28, rng.randrange(31))))
        cases.append((ref.isoformat(),) + expression(rng, ref))
    data = "".join(json.dumps({"id": i, "date": c[0], "text": c[1] + "，"}) + "\n" for i, c in enumerate(cases))
    r = subprocess.run([BIN + "/extract-figures"], input=data, capture_output=True, text=True)
    wrong = []
    for c, line in zip(cases, r.stdout.split("\n")):
        f = json.loads(line)["figures"]
        if len(f) != 1 or f[0]["text"] != c[1] or f[0].get("iso") != c[2]:
            wrong.append("%s %s: want %s, have %s" % (c + ([(x["text"], x.get("iso")) for x in f],)))
    ok("%d days, weeks and months across their ends as datetime has them" % len(cases), wrong)


def main():
    lines_taken(random.Random(SEED))
    texts_read(random.Random(SEED))
    sums(random.Random(SEED))
    dates(random.Random(SEED))
    print("1..%d" % number)
    sys.exit(failed != 0)


main()
