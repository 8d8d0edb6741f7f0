#!/usr/bin/env python3
"""hostile - what no page should hold: no crash, no hang, nothing lost in silence, time that stays linear"""
# SPDX-License-Identifier: MIT
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
SLOW = 20 if os.environ.get("SANITIZE") else 1
FILTERS = ["normalize", "segment", "extract-figures", "extract-entities", "dedupe", "to-csv",
           "to-html", "to-xlsx"]
RECORDS = FILTERS[:-3]  # that write records
number = failed = 0


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", number, what))
    if not passed:
        print("# " + str(note)[:1500].replace("\n", "\n# "))


def run(tool, data, more=(), limit=30, memory=0):
    args = ["--jsonl"] if tool == "normalize" else ["--rows=segments"] if tool == "to-csv" else []
    began = time.monotonic()
    try:
        r = subprocess.run([BIN + "/" + tool] + args + list(more), input=data, capture_output=True,
                           timeout=limit * SLOW, preexec_fn=memory and (
                               lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) or None)
    except subprocess.TimeoutExpired:
        return None, limit * SLOW
    return r, time.monotonic() - began


def record(text, **more):
    d = {"id": "a#1", "doc": "a", "source": "a.txt", "kind": "paragraph", "text": text,
         "sentences": [[0, len(text)]], "src": [0, len(text.encode("utf-8", "surrogatepass"))]}
    d.update(more)
    d = {k: v for k, v in d.items() if v is not None}
    return json.dumps(d, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


MARKS = "\u0301\u0316\u0327" * 334
# lines that are records, however odd
TAKEN = {
    "nothing but NUL": record("\u0000" * 50),
    "NUL among figures": record("营业\u0000收入2.\u00006亿元，增长\u00001%。"),
    "line and paragraph separators": record("一\u2028二\u2029三\u0085四2亿元"),
    "noncharacters": record("\ufdd0\ufffe\U0001ffff2亿元\U0010ffff"),
    "bidi controls": record("\u202e元亿2\u202c\u2066增长6.6%\u2069\u200f"),
    "a thousand combining marks": record("2" + MARKS + "亿元" + MARKS),
    "private use": record("\ue000\uf8ff\U000f0000 2亿元"),
    "lone surrogates, escaped": b'{"id":"a#1","text":"\\ud800 2\\udc00\xe4\xba\xbf\\ud83d\xe5\x85\x83"}\n',
    "controls, escaped": b'{"id":"a#1","text":"\\u0001\\b\\f2\\u001b[31m%\\u007f"}\n',
    "every field of another type": b'{"id":1,"doc":[],"source":{},"date":0,"kind":null,"text":"2%",'
                                   b'"sentences":"x","src":[1],"align":{"a":1},"figures":3,"entities":{}}\n',
    "spans that lie": record("增长6.6%", sentences=[[5, 2], [0, 99999999], [-1, 3], ["a"]],
                             src=[9, 1], align=[1, 2, 3, 4], aliases=7, context=[]),
    "spans past any number": b'{"id":"a#1","text":"6.6%","sentences":[[0,18446744073709551616]],'
                             b'"src":[9223372036854775807,9223372036854775807],'
                             b'"align":[9223372036854775807,2147483647,0,0,-2147483648,9999999999]}\n',
    "figures that lie": record("增长6.6%", figures=[{"start": 5, "end": 1, "text": 3}, 7, [], {},
                                                  {"start": -1, "end": 1e9, "value": "x"}],
                               entities=[{"start": 99, "end": 100, "label": 0}, None]),
    "text that is no string": b'{"id":"a","text":["2%"]}\n',
    "a text of one character": record("十"),
    "an empty text": record(""),
    "blanks": record(" \t\n\u3000\n\n \n"),
    "a hundred thousand keys": b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(99990)) +
                               b',"text":"2%"}\n',
    "deep arrays in a field": b'{"text":"2%","deep":' + b"[" * 500 + b"]" * 500 + b"}\n",
    "formulas": record("=HYPERLINK(\"http://x\",\"2%\")\n@SUM(A1)\n+1\n-2%\n＝1+1"),
    "markup": record("<script>alert(1)</script>\" onload=\"x 2% ]]>&amp;\u003c!-- </style>"),
    "a value of five thousand digits": record("共" + "9" * 5000 + "." + "1" * 5000 + "元"),
    "scales upon scales": record("3" + "万亿" * 2000 + "元"),
}
# lines that are none
REFUSED = {
    "depth 10,000": b'{"text":"2%","deep":' + b"[" * 10000 + b"]" * 10000 + b"}\n",
    "too many keys": b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(100001)) + b"}\n",
    "an overlong slash": b'{"text":"\xc0\xaf"}\n', "an overlong NUL": b'{"text":"\xc0\x80"}\n',
    "a surrogate in UTF-8": b'{"text":"\xed\xa0\x80"}\n', "beyond Unicode": b'{"text":"\xf4\x90\x80\x80"}\n',
    "a byte cut off": b'{"text":"\xe4\xb8"}\n', "a raw NUL": b'{"text":"a\x00b"}\n',
    "random bytes": bytes((i * 7919 + i // 3) % 251 or 1 for i in range(3000)).replace(b"\n", b"x") + b"\n",
}
# what could take more than linear time: (n) -> text
GROWING = {
    "十": lambda n: "十" * n,
    "1": lambda n: "1" * n,
    "1,": lambda n: "1," * (n // 2),
    "一亿": lambda n: "一亿" * (n // 2),
    "（": lambda n: "（" * n,
    "“": lambda n: "“" * n,
    "2%、": lambda n: "2%、" * (n // 3),
    "分别": lambda n: "甲、乙分别增长" * (n // 7),
    "以下简称": lambda n: "甲公司（以下简称“乙”）" * (n // 11),
    "aliases": lambda n: "".join("甲%d公司（以下简称“乙%d”）。\n\n" % (i, i) for i in range(n // 20)),
    "lines of one character": lambda n: "字\n" * (n // 2),
    "blank lines": lambda n: "\n" * n,
    "combining marks": lambda n: "a" + "\u0301\u0316" * (n // 2),
    "blanks": lambda n: " " * n,
    "年月日": lambda n: "2024年3月26日至" * (n // 11),
    "names": lambda n: "王小明李" * (n // 4),
    "markdown": lambda n: "# " * (n // 2),
    "html": lambda n: "<div><p>" * (n // 8),
}


# A rule file may be anything. What it comes to: "refused", "gives up" (a pattern, at a place, and says so) or "works".
HEAD = b"rules 1\ninclude figures.rules\n[figure x]\nkind count\nvalue 1\nmatch "
LAUGHS = b"rules 1\ndef a0 \xe5\x85\x83\n" + b"".join(
    b"def a%d %s\n" % (i, b"(?:{a%d}|{a%d})" % (i - 1, i - 1) * 4) for i in range(1, 30)) + b"[figure x]\nmatch {a29}\n"
RULES = {
    "random bytes": (bytes((i * 7919 + i // 3) % 251 for i in range(5000)), "refused"),
    "random bytes as a pattern": (HEAD + bytes((i * 7919 + i // 3) % 251 for i in range(5000)), "refused"),
    "a NUL": (HEAD + b"a\0b\n", "refused"),
    "(a+)+$": (HEAD + b"(a+)+$\n", "gives up"),
    "(?:a|a?)+$": (HEAD + b"(?:a|a?)+$\n", "gives up"),
    "nothing, again and again": (HEAD + b"(?:(?:b?)*)*\n", "works"),
    "a group that calls itself": (HEAD + b"(?<r>a(?&r)*)+b\n", "gives up"),
    "a repeat of thousands": (HEAD + b"[a-z]{1,60000}\xe5\x85\x83\n", "works"),
    "repeats of repeats": (HEAD + b"(?:(?:(?:a{1,1000}){1,1000}){1,1000}){1,1000}\n", "refused"),
    "10,000 groups in one another": (HEAD + b"(" * 10000 + b"a" + b")" * 10000 + b"\n", "refused"),
    "defs that double": (LAUGHS, "refused"),
    "a def of itself": (b"rules 1\ndef a {b}\ndef b {a}\n[figure x]\nmatch {a}\n", "refused"),
    "a file that includes itself": (b"include x.rules\n".join((b"rules 1\n", HEAD[8:] + b"qqq\n")), "works"),
    "a pattern of 3 MB": (HEAD + b"\xe5\x85\x83" * 1000000 + b"\n", "refused"),
    "200,000 alternatives": (HEAD + b"|".join(b"%d" % i for i in range(200000)) + b"\n", "refused"),
    "100,000 rules": (HEAD + b"qqq\n" + b"".join(b"[figure x%d]\nkind count\nmatch %dq\n" % (i, i) for i in range(100000)),
                      "refused"),
    "a table without end": (b"rules 1\ntable t /dev/zero\n[figure x]\nmatch {t.a}\n", "refused"),
    "a table that is a folder": (b"rules 1\ntable t /\n[figure x]\nmatch {t.a}\n", "refused"),
}


def rule_files():
    """limits of time and memory hold whatever a rule file says"""
    status = {"refused": 3, "gives up": 1, "works": 0}
    text = "a" * 5000 + "元" * 5000 + "1" * 5000
    with tempfile.TemporaryDirectory() as temp:
        name = temp + "/x.rules"
        for what, (data, fate) in RULES.items():
            with open(name, "wb") as f:
                f.write(data)
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            r, _ = run("extract-figures", record(text), ["-r", name], memory=SLOW == 1 and 800 << 20)
            took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            ok(r is not None and r.returncode == status[fate] and took < 10 * SLOW and
               (fate != "refused" or b"x.rules:" in r.stderr) and (fate != "gives up" or b"limit" in r.stderr),
               "a rule file: %s: %s" % (what, fate), (took, r and (r.returncode, r.stderr)))
        # the same, for the filters with sections of their own
        for tool, section in (("extract-entities", b"entity"), ("segment", b"line")):
            for what in ("random bytes", "a NUL", "10,000 groups in one another", "a pattern of 3 MB", "a table without end"):
                with open(name, "wb") as f:
                    f.write(RULES[what][0].replace(b"include figures.rules\n", b"").replace(b"[figure", b"[" + section))
                r, _ = run(tool, record(text), ["-r", name])
                ok(r is not None and r.returncode == 3 and b"x.rules:" in r.stderr,
                   "%s, a rule file: %s: refused" % (tool, what), r and (r.returncode, r.stderr))


def main():
    outputs = {}
    data = b"".join(TAKEN.values())
    for tool in FILTERS:
        for name, line in TAKEN.items():
            r, _ = run(tool, line)
            ok(r is not None and r.returncode == 0 and not r.stderr.startswith(b"="),
               "%s: %s" % (tool, name), r and (r.returncode, r.stderr))
        for name, line in REFUSED.items():
            r, _ = run(tool, line)
            ok(r is not None and r.returncode == 1 and b"<stdin>:1: " in r.stderr,
               "%s: %s is refused" % (tool, name), r and (r.returncode, r.stderr))
        r, _ = run(tool, data)
        outputs[tool] = r.stdout if r else b""
    for tool in FILTERS:
        for other in RECORDS:
            r, _ = run(tool, outputs[other])
            ok(r is not None and r.returncode == 0, "%s over what %s writes" % (tool, other),
               r and (r.returncode, r.stderr))
    for tool in FILTERS if SLOW == 1 else []:
        slow = []
        for name, make in GROWING.items():
            # four times the text: more than eight times the time, four times over, is not linear
            for _ in range(4):
                # segment cuts what is no segment yet
                more = {"doc": None, "kind": None} if tool == "segment" else {}
                _, short = run(tool, record(make(20000), **more))
                r, long = run(tool, record(make(80000), **more))
                if r is None or r.returncode != 0 or long <= 0.25 * SLOW or long <= 8 * short:
                    break
            else:
                slow.append((name, short, long))
            if r is None or r.returncode != 0:
                slow.append((name, r and (r.returncode, r.stderr[-300:])))
        ok(not slow, tool + ": time grows as the text does", slow)
    with tempfile.NamedTemporaryFile() as f:
        # 100 MB without a line end, in the way of two good records
        good = record("增长6.6%")
        f.write(good + b'{"x":"' + b"a" * (100 << 20) + b'"}\n' + good)
        f.flush()
        for tool in FILTERS:
            r, _ = run(tool, b"", ["--", f.name])
            ok(r is not None and r.returncode == 1 and b":2: line longer than" in r.stderr,
               tool + ": a line of 100 MB", r and (r.returncode, r.stderr))
    for n in range(0, len(good), 7):
        r, _ = run("extract-figures", good[:n])
        if r.returncode != (0 if n in (0, len(good) - 1) else 1):
            ok(False, "a record cut after %d bytes" % n, r.stderr)
    prefixes()
    rule_files()
    print("1..%d" % number)
    sys.exit(failed != 0)


def prefixes():
    """pages cut anywhere: never more than a message"""
    wrong = []
    for page in ("interview-ocr.txt", "notice-gb18030.txt"):
        with open("fixtures/pages/" + page, "rb") as f:
            data = f.read()
        with tempfile.TemporaryDirectory() as temp:
            names = []
            for n in range(0, len(data), 29):
                names.append("%s/%05d.txt" % (temp, n))
                with open(names[-1], "wb") as f:
                    f.write(data[:n])
            p = subprocess.run([BIN + "/hansieve", "-q"] + names, capture_output=True,
                               timeout=60 * SLOW)
            if p.returncode not in (0, 1):
                wrong.append((page, p.returncode, p.stderr[-500:]))
    ok(not wrong, "pages cut anywhere go through the pipeline", wrong)


main()
