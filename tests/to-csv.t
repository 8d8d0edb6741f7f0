#!/usr/bin/env python3
"""to-csv - what is written is what other programs read, cell for cell"""
# SPDX-License-Identifier: MIT
import csv
import io
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unicodedata

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
TEMP = tempfile.mkdtemp()
csv.field_size_limit(10**9)
number = failed = 0


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", number, what), flush=True)
    if not passed:
        for line in str(note).splitlines()[:8]:
            print("# " + line[:1000])


def skip(what, why):
    global number
    number += 1
    print("ok %d - %s # SKIP %s" % (number, what, why))


def run(args, data=b"", tool="to-csv", **more):
    return subprocess.run([BIN + "/" + tool] + args, input=data, capture_output=True, timeout=120, **more)


def lines(records, rng=None):
    out = []
    for r in records:
        out.append(json.dumps(r, ensure_ascii=bool(rng and rng.random() < 0.5)))
    return "".join(x + "\n" for x in out).encode("utf-8", "surrogatepass")


# Records of hostile text

PIECES = ["全市", "营业收入", "2.68万亿元", "，", "。", ",", ";", '"', '""', "'", "\n", "\r\n", "\r", "\t",
          " ", "  ", "\u3000", "\0", "\x01", "\x1f", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffe",
          "\U0001f600", "e\u0301", "=1+1", '=HYPERLINK("http://x.test";"y")', "@SUM(A1)", "+", "-", "＝1",
          "＋2", "－3", "＠x", "007", "-5.5", "1E5", "2024-03-26", "\\", "\\N", "\\u0041", "_x0041_",
          "</script>", "<b>", "NULL", "|", "\u202e", "A" * 300]
LONE = "\ud800"


def hostile(rng, most=6):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, most)))


def value(rng):
    return rng.choice(["0", "-5.5", "2680000000000", "9007199254740993", "2/3", "123456789012345",
                       "1234567890123456", "0.1", "1" + "0" * 400, "0.000000000000000001",
                       hostile(rng, 2)])


def record(rng, n):
    parts = [hostile(rng) or "句" for _ in range(rng.randint(1, 4))]
    text, sentences, figures, entities = "", [], [], []
    for p in parts:
        sentences.append([len(text), len(text) + len(p)])
        text += p
    for kind, out in (("figure", figures), ("entity", entities)):
        at = 0
        while at < len(text) and rng.random() < 0.6:
            start = rng.randrange(at, len(text))
            end = rng.randint(start + 1, min(len(text), start + 5))
            item = {"text": text[start:end], "start": start, "end": end, "src": [n * 5000 + start * 3, n * 5000 + end * 3]}
            if kind == "figure":
                item.update(kind=rng.choice(["money", "count", "date", hostile(rng, 2)]))
                for key in ("value", "low", "high", "unit", "qualifier", "metric", "scope", "period"):
                    if rng.random() < 0.5:
                        item[key] = value(rng) if key in ("value", "low", "high") else hostile(rng, 3)
                if rng.random() < 0.3:
                    item["change"] = {"direction": "increase", "basis": hostile(rng, 1)}
                if rng.random() < 0.2:
                    item["iso"] = "2024-Q1"
                if rng.random() < 0.1:
                    item["metric"] = None
                item["rule"] = "figures.rules:x"
            else:
                item.update(label="ORG", rule="entities.rules:y")
                if rng.random() < 0.3:
                    item["name"] = hostile(rng, 2)
            out.append(item)
            at = end
    r = {"id": "d%d#%d" % (n // 5, n), "doc": "d%d" % (n // 5), "source": "页 %d.txt" % (n // 5),
         "date": "2024-03-26", "kind": "paragraph", "text": text, "sentences": sentences,
         "src": [n * 1000, n * 1000 + len(text.encode())], "rider": hostile(rng),
         "deep": {"a.b": [1, {"c": hostile(rng, 2)}]}}
    if rng.random() < 0.9:
        r["figures"] = figures
    if rng.random() < 0.9:
        r["entities"] = entities
    if rng.random() < 0.3:
        r["speaker"] = hostile(rng, 2)
    if rng.random() < 0.2:
        r["also_in"] = [{"doc": "z%d" % rng.randint(0, 2), "src": [0, 1]} for _ in range(4)]
    return r


# What ought to stand in each cell: written again, from the manual page alone

def clean(s):
    return s.replace("\0", "\u2400")


def fits_double(s):
    m = re.fullmatch(r"-?(\d+)(?:\.(\d+))?", s)
    if not m or len(s) > 300:
        return False
    if (len(m[1]) > 1 and m[1][0] == "0") or (m[2] and m[2][-1] == "0") or s in ("-0",):
        return False
    digits = m[1] + (m[2] or "")
    digits = digits.lstrip("0")
    if not m[2]:
        digits = digits.rstrip("0")
    return len(digits) <= 15


def sentence_of(r, item):
    for s, e in r["sentences"]:
        if s <= item["start"] < e:
            return s, e
    return 0, len(r["text"])


def want_figures(r):
    rows = []
    for f in r.get("figures", []):
        s, e = sentence_of(r, f)
        near = []
        for x in r.get("entities", []):
            name = x["name"] if isinstance(x.get("name"), str) else x["text"]
            if name and s <= x["start"] < e and name not in near:
                near.append(name)
        change = f.get("change", {})
        also = r.get("also_in")
        v = f.get("value", f.get("iso"))
        row = [r["doc"], r["source"], r["date"], r["id"], r["text"][s:e], f["text"], f["kind"], v,
               f["value"] if "value" in f and fits_double(f["value"]) else None, f.get("low"),
               f.get("high"), f.get("unit"), f.get("qualifier"), f.get("metric"), f.get("scope"),
               f.get("period"), change.get("direction"), change.get("basis"), r.get("speaker"),
               "; ".join(n.replace(";", "；") for n in near) or None,
               None if also is None else str(len({a["doc"] for a in also})), f["rule"],
               str(f["src"][0]), str(f["src"][1])]
        rows.append(row)
    return rows


def text_of(cell):
    return "" if cell is None else clean(cell)


def read(data, encoding="utf-8", delimiter=","):
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter,
                           strict=True))


HEADER = ("document,source,date,block,sentence,figure,kind,value,value_number,low,high,unit,qualifier,"
          "metric,scope,period,direction,basis,speaker,entities,repeats,rule,start_byte,end_byte,row_id")

rng = random.Random(7)
records = [record(rng, n) for n in range(400)]
data = lines(records, rng)
want = [row for r in records for row in want_figures(r)]

p = run([], data)
got = read(p.stdout)
ok(p.returncode == 0 and got and ",".join(got[0]) == HEADER, "the columns of figures", got[:1])
body = [row[:-1] for row in got[1:]]
plain = [[text_of(c) for c in row] for row in want]
bad = [(a, b) for a, b in zip(body, plain) if a != b]
ok(len(body) == len(plain) and len(plain) > 300 and not bad,
   "%d rows of hostile text read back by Python" % len(plain), bad[:1])
ok(all(c.count("\0") == 0 for row in body for c in row) and b"\0" not in p.stdout and
   b"control characters written as their pictures" in p.stderr, "NUL is written as its picture, and told", p.stderr)
ids = [row[-1] for row in got[1:]]
ok(len(set(ids)) == len(ids) and all(re.fullmatch("f[0-9a-z]{12}", i) for i in ids), "row ids are unique")
half = run([], data[data.index(b"\n") + 1:])
ok(set(r[-1] for r in read(half.stdout)[1:]) <= set(ids), "row ids stay when other records come or go")
quoted = p.stdout.decode()
ok(p.stdout == run([], data).stdout, "the same bytes again")

# Other readers
if shutil.which("mlr"):
    m = subprocess.run(["mlr", "--icsv", "--ojson", "--infer-none", "cat"], input=p.stdout, capture_output=True)
    rows = json.loads(m.stdout or b"[]", strict=False)
    names = got[0]
    fine = len(rows) == len(plain)
    wrong = [(a, b) for a, b in zip(rows, plain)
             if [re.sub("\r+\n", "\n", a[n]) for n in names[:-1]] != [re.sub("\r+\n", "\n", c) for c in b]]
    # Miller reads a line end within quotes as LF, and drops a BOM
    wrong = [w for w in wrong if "\ufeff" not in "".join(w[1])]
    ok(fine and not wrong, "Miller reads the same", wrong[:1] or m.stderr)
else:
    skip("Miller reads the same", "mlr is not installed")
try:
    import sqlite3
    shell = shutil.which("sqlite3")
except ImportError:
    shell = None
if shell:
    path = TEMP + "/figures.csv"
    with open(path, "wb") as f:
        f.write(p.stdout)
    subprocess.run([shell, TEMP + "/x.db", ".mode csv", ".import '%s' t" % path], capture_output=True)
    db = sqlite3.connect(TEMP + "/x.db")
    rows = [[c for c in r][:-1] for r in db.execute("select * from t order by rowid")]
    # its shell takes CRLF at the end of a quoted cell for an end of line
    wrong = [(a, b) for a, b in zip(rows, plain) if [str(c) for c in a] != b]
    ok(len(rows) == len(plain) and not wrong, "sqlite3 imports the same", wrong[:1])
else:
    skip("sqlite3 imports the same", "its shell is not installed")

# null, and the empty string
two = lines([{"id": "a", "doc": "a", "text": "x", "figures": [{"unit": ""}, {"unit": "NA"}, {}]}])
p = run(["--columns", "unit", "--no-header"], two)
ok(p.stdout == b'""\nNA\n""\n', "one column: no blank line", p.stdout)
p = run(["--columns", "unit,figure", "--no-header", "--null", "NA"], two)
ok(p.stdout == b'"",NA\n"NA",NA\nNA,NA\n', "--null: what looks like it is quoted", p.stdout)

# columns, headers, delimiters
one = lines(records[:1] + [{"id": "q#1", "doc": "q", "text": "t", "src": [5, 6], "n": 12345678901234567890,
                            "deep": {"a.b": [1, {"c": "é"}]}, "figures": [{"text": "7", "src": [5, 6]}]}])
p = run(["--columns", r"figure,deep.a\.b.1.c,deep,n,src.1,record.src,none", "--no-header"], one)
ok(read(p.stdout)[-1] == ["7", "é", '{"a.b": [1, {"c": "é"}]}', "12345678901234567890", "6", "[5, 6]", ""],
   "--columns takes paths into the row and its record", p.stdout)
p = run(["--header=zh", "--header-only", "--columns", "document,value,x"])
ok(p.stdout.decode() == "文档,数值,x\n", "--header=zh --header-only", p.stdout)
p = run(["--header=both", "--columns=document,value"], b"")
ok(p.stdout.decode() == "文档 document,数值 value\n", "--header=both, on empty input", p.stdout)
p = run(["--delimiter", "tab"], data)
ok([r[:-1] for r in read(p.stdout, delimiter="\t")[1:]] == plain, "--delimiter tab")
p = run(["--delimiter", ";"], data)
ok([r[:-1] for r in read(p.stdout, delimiter=";")[1:]] == plain, "--delimiter ;")
for args in (["--columns", b"a\xff"], ["--null", b"\xe4\xb8"], ["--delimiter", '"'], ["--delimiter", "，"], ["--rows", "x"], ["--header", "x"], ["--columns", "a,,b"],
             ["--encoding", "gb18030"], ["--encoding=x", "--excel"], ["--null", "a,b"]):
    p = run(args, b"")
    ok(p.returncode == 2 and p.stderr.startswith(b"to-csv: ") and not p.stdout, " ".join(a if isinstance(a, str) else repr(a) for a in args) + " is refused",
       p.stderr)

# other rows
p = run(["--rows", "entities"], data)
rows = read(p.stdout)
n = sum(len(r.get("entities", [])) for r in records)
ok(len(rows) == n + 1 and rows[0][5:8] == ["entity", "label", "name"], "--rows entities", rows[:1])
p = run(["--rows", "segments", "--columns", "block,text,rider,figure_count"], data)
rows = read(p.stdout)[1:]
expect = [[r["id"], clean(r["text"]), clean(r["rider"]), str(len(r.get("figures", [])))] for r in records]
ok(rows == expect, "--rows segments", next((x for x in zip(rows, expect) if x[0] != x[1]), ""))
p = run(["--rows", "documents", "--columns", "document,block_count,figure_count,entity_count"], data)
expect = [["d%d" % d, "5", str(sum(len(r.get("figures", [])) for r in records[d * 5:d * 5 + 5])),
           str(sum(len(r.get("entities", [])) for r in records[d * 5:d * 5 + 5]))] for d in range(80)]
ok(read(p.stdout)[1:] == expect, "--rows documents", p.stdout[:300])
p = run([], b'{"a":1}\n[1]\n"x"\nnull\n{"figures":3,"text":"t"}\n{"figures":[1,[2],"x"],"text":"t"}\n')
ok(p.returncode == 0 and p.stdout.decode() == HEADER + "\n", "records without figures give no rows", p.stdout)

# lone surrogates, and bad lines
p = run(["--columns", "metric", "--no-header"], b'{"text":"t","figures":[{"metric":"a\\ud800b"},'
        b'{"metric":"\\ud83d\\ude00"},{"metric":"\\udc00\\ud800\\n"}]}\n')
ok(p.stdout.decode() == 'a\ufffdb\n\U0001f600\n"\ufffd\ufffd\n"\n' and b"3 lone surrogates" in p.stderr,
   "lone surrogates become U+FFFD, and are told", p.stdout + p.stderr)
p = run([], b'{"figures":[{"text":"1"}],"text":"t"}\n{"figures":[\n{"figures":[{"text":"2"}],"text":"t"}\n')
ok(p.returncode == 1 and len(read(p.stdout)) == 3 and b"<stdin>:2:" in p.stderr, "a bad line is told, the rest is there")

# The table of columns is the analyst's
def with_table(text, args, data):
    folder = TEMP + "/rules"
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/columns.tsv", "w", encoding="utf-8") as f:
        f.write(text)
    return subprocess.run([BIN + "/to-csv"] + args, input=data, capture_output=True, timeout=60,
                          env=dict(os.environ, HANSIEVE_RULES=folder))


TITLES = "name\tzh\ttype\trows\tfield\n"
row = lines([{"doc": "d", "text": "甲乙", "sentences": 3, "src": [1, "x"], "\\u0064eep": 1,
              "figures": [{"text": "乙", "start": 1, "end": 2, "grade": "A", "src": 5}]}])
p = with_table(TITLES + "grade\t等级\tstring\tfigures\tgrade\nwhere\t\tstring\tfigures\trecord.none|record.doc\n",
               ["--header=zh"], row)
ok(p.stdout.decode() == "等级,where\nA,d\n", "a line in columns.tsv is a column", p.stdout + p.stderr)
for text, why in ((TITLES + "a\tb\tstring\tfigures\t@nothing\n", "cannot use field '@nothing'"),
                  (TITLES + "a\tb\tstring\tfigures\n", "columns.tsv"), ("name\tzh\na\tb\n", "no column 'type'")):
    p = with_table(text, [], row)
    ok(p.returncode == 3 and why in p.stderr.decode() and not p.stdout, "columns.tsv: " + why, p.stderr)
p = run(["--columns", "sentence,start_byte,end_byte,label,row_id", "--no-header"], row)
ok(p.stdout.decode().startswith("甲乙,,,,f"), "odd sentences and places are let be", p.stdout)
# a block of very many figures without a full stop: neither memory nor output is their square
many = "增长" + "一" * 5998
for whole in ([[0, len(many)]], []):
    row = lines([{"doc": "d", "text": many, "sentences": whole, "figures": [
        {"text": many[n:n + 1], "start": n, "end": n + 1} for n in range(len(many))],
        "entities": [{"text": "甲%d" % n, "start": n, "end": n + 1} for n in (2, 1500, 5999)]}])
    p = run(["--columns", "sentence,entities", "--no-header"], row,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (32 << 20,) * 2)
            if not os.environ.get("SANITIZE") else None)
    got = [line.split(",") for line in p.stdout.decode().splitlines()]
    ok(len(got) == len(many) and got[0] == [many[:1000], "甲2"] and got[4000] == ["一" * 2000, ""] and
       got[1500] == [many[500:2500], "甲1500"], "a sentence longer than any: 1000 characters on either side",
       p.stderr)
p = run(["--columns", ",".join("k%d" % k for k in range(60)), "--no-header"], row)
ok(p.returncode == 2 and b"more than 48 different fields" in p.stderr, "more columns than there are places for", p.stderr)
p = run(["--columns", "n,record.text,label", "--rows", "segments", "--no-header"], b'{"\\u006e":7,"te\\u0078t":"t","doc":"d"}\n')
ok(p.stdout == b"7,t,\n", "escaped keys are the keys they stand for", p.stdout)
one_id = [run(["--columns=row_id", "--no-header", "--rows", kind], x).stdout for kind in ("figures", "documents", "segments") for x in
          (b'{"doc":"\\u4e2d","id":"i","text":"t","figures":[{"start":1,"end":2}]}\n',
           '{"id":"\\u0069","doc":"中","text":"t","figures":[{"end":2,"start":1}]}\n'.encode())]
ok(one_id[0] == one_id[1] and one_id[2] == one_id[3] and one_id[4] == one_id[5] and len(set(one_id)) == 3,
   "ids do not hang on escapes or order", one_id)

# Excel
p = run(["--excel"], data)
text = p.stdout.decode("utf-8")
rows = read(p.stdout, "utf-8-sig")[1:]
ok(text.startswith("\ufeff") and "\r\n" in text and not re.match("\ufeff?sep=", text), "--excel: BOM, CRLF, never sep=")


def guarded(s):
    head = s.lstrip(" \xa0\u200b\u3000\ufeff")
    if re.fullmatch(r"[-+]?\d[\d,]*(\.\d+)?%?", s):
        return s
    return "'" + s if head[:1] and head[0] in "=+-@\t\r\n＝＋－＠" else s


def excel(s):
    s = guarded(s)
    head, rest = (s[:1], s[1:]) if s[:1] == "'" else ("", s)
    rest = re.sub("\r\n?", "\n", rest)
    return head + re.sub("[\x01-\x08\x0b-\x1f\x7f]", lambda m: chr(0x2400 + min(ord(m[0]), 0x21)), rest)


wrong = [(a, b) for row, w in zip(rows, plain) for a, b in zip(row, w) if a != excel(b)]
ok(len(rows) == len(plain) and not wrong, "--excel: every cell as the manual page says", wrong[:2])
cells = re.findall(r'(?:^|,)("(?:[^"]|"")*"|[^",\r\n]*)', text.split("\r\n", 1)[0].lstrip("\ufeff"))
bare = [c for row in csv.reader(io.StringIO(text[1:], newline="")) for c in row
        if unicodedata.normalize("NFKC", c[:1]) in list("=+-@\t\r\n") and not re.fullmatch(r"[-+]?\d[\d,]*(\.\d+)?%?", c)]
ok(not bare, "--excel: no cell begins as a formula would", bare[:3])
big = "甲" * 40000
p = run(["--excel", "--columns", "text", "--rows", "segments", "--no-header"], lines([{"text": big}]))
cell = read(p.stdout, "utf-8-sig")[0][0]
ok(len(cell) == 32767 and cell.endswith("…") and b"cut to the 32767" in p.stderr, "--excel: 40,000 characters are cut, and told")
p = run(["--columns", "text", "--rows", "segments", "--no-header"], lines([{"text": big}]))
ok(read(p.stdout)[0][0] == big and not p.stderr, "without --excel nothing is cut")
p = run(["--excel", "--columns", "text", "--rows", "segments", "--no-header"], lines([{"text": "\U0001f600" * 20000}]))
cell = read(p.stdout, "utf-8-sig")[0][0]
ok(len(cell.encode("utf-16-le")) // 2 <= 32767 and len(cell) == 16384, "--excel counts UTF-16 as Excel does", len(cell))
p8, pg = run(["--excel"], data), run(["--excel", "--encoding=gb18030"], data)
ok(pg.returncode == 0 and pg.stdout.decode("gb18030") == p8.stdout.decode("utf-8")[1:], "--encoding=gb18030, without BOM")

# The package
path = TEMP + "/datapackage.json"
for args, names, nulls, end in (([], HEADER.split(","), [""], "\n"),
                                (["--excel", "--header=zh", "--null=-", "--delimiter=tab"], None, ["-"], "\r\n")):
    p = run(args + ["--schema", path, "-o", TEMP + "/out.csv"], data)
    with open(path, encoding="utf-8") as f:
        package = json.load(f)
    resource = package["resources"][0]
    fields = resource["schema"]["fields"]
    with open(TEMP + "/out.csv", "rb") as f:
        out = f.read()
    rows = read(out, "utf-8-sig", resource["dialect"]["delimiter"])
    ok([f["name"] for f in fields] == rows[0] and (names is None or rows[0] == names) and
       resource["path"] == "out.csv" and resource["schema"]["missingValues"] == nulls and
       resource["dialect"]["lineTerminator"] == end, "--schema tells the names, the nulls, the line ends", package)
    fine = True
    for f, column in zip(fields, zip(*rows[1:])):
        for c in column:
            if c in nulls:
                continue
            if f["type"] == "integer":
                fine = fine and re.fullmatch(r"-?\d+", c)
            elif f["type"] == "number":
                fine = fine and float(c) is not None
            elif f["type"] == "date":
                fine = fine and re.fullmatch(r"\d{4}-\d\d-\d\d", c)
    ok(fine, "--schema: the cells are of the types it gives")
full = TEMP + "/full"
os.symlink("/dev/full", full)
p = run(["--schema", full], data)
ok(p.returncode == 4 and b"No space left" in p.stderr and os.path.islink(full),
   "--schema on a full device: told, and the device stays", p.stderr)

# Programs for people, where they are installed
if shutil.which("ssconvert"):
    with open(TEMP + "/g.csv", "wb") as f:
        f.write(run(["--excel", "--columns", "block,unit,metric,scope,row_id"], data).stdout)
    subprocess.run(["ssconvert", "--import-type=Gnumeric_stf:stf_csvtab", TEMP + "/g.csv", TEMP + "/h.csv"], capture_output=True, timeout=120,
                   env=dict(os.environ, LC_ALL="C.UTF-8"))
    try:
        with open(TEMP + "/h.csv", "rb") as f:
            back = read(f.read())
    except FileNotFoundError:
        back = []
    evaluated = [c for row in back for c in row if c == "2" or "y" == c]
    ok(len(back) == len(plain) + 1 and not evaluated, "Gnumeric: every row, no formula run", (len(back), evaluated[:3]))
else:
    skip("Gnumeric: every row, no formula run", "ssconvert is not installed")

shutil.rmtree(TEMP)
print("1..%d" % number)
sys.exit(failed > 0)
