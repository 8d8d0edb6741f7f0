#!/usr/bin/env python3
"""to-xlsx - the workbook read back: cells, types, sheets, parts, memory"""
# SPDX-License-Identifier: MIT
import csv
import datetime
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
TEMP = tempfile.mkdtemp()
number = failed = 0
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


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


def run(args, data=b"", tool="to-xlsx"):
    return subprocess.run([BIN + "/" + tool] + args, input=data, capture_output=True, timeout=300)


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode("utf-8", "surrogatepass")


def unescape(s):
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), s)


class Cell:
    """value: str, float or date; bold: the part of the text that is; formula, format"""
    def __init__(self, c, styles):
        self.formula, self.bold, self.value = None, None, None
        self.format = styles[int(c.get("s", 0))]
        kind = c.get("t")
        if kind == "inlineStr":
            runs = c.findall(M + "is/" + M + "r")
            self.value = "".join(unescape(t.text or "") for t in c.iter(M + "t"))
            if runs:
                self.bold = unescape("".join(r.find(M + "t").text or "" for r in runs
                                             if r.find(M + "rPr/" + M + "b") is not None))
        elif c.find(M + "f") is not None:
            self.formula, self.value = c.find(M + "f").text, c.find(M + "v").text
        elif c.find(M + "v") is not None:
            self.value = float(c.find(M + "v").text)
            self.raw = c.find(M + "v").text
            if self.format and "yyyy" in self.format:
                self.value = datetime.date(1899, 12, 30) + datetime.timedelta(days=self.value)


class Book:
    def __init__(self, data):
        z = zipfile.ZipFile(io.BytesIO(data))
        assert z.testzip() is None
        book = ET.fromstring(z.read("xl/workbook.xml"))
        style = ET.fromstring(z.read("xl/styles.xml"))
        formats = {f.get("numFmtId"): f.get("formatCode") for f in style.iter(M + "numFmt")}
        styles = [formats.get(x.get("numFmtId")) for x in style.find(M + "cellXfs")]
        self.sheets, self.xml = {}, {}
        for n, s in enumerate(book.find(M + "sheets"), 1):
            xml = z.read("xl/worksheets/sheet%d.xml" % n)
            self.xml[s.get("name")] = xml
            rows = {}
            for c in ET.fromstring(xml).iter(M + "c"):
                col, row = re.fullmatch("([A-Z]+)([0-9]+)", c.get("r")).groups()
                k = 0
                for letter in col:
                    k = k * 26 + ord(letter) - 64
                rows.setdefault(int(row), {})[k - 1] = Cell(c, styles)
            self.sheets[s.get("name")] = rows

    def rows(self, name):
        """The rows below the header, as {title: Cell}."""
        rows = self.sheets[name]
        titles = {k: c.value for k, c in rows[1].items()}
        return [{titles[k]: c for k, c in rows[n].items()} for n in sorted(rows) if n > 1]


TEXT = "2023年，全市规上工业营业收入2.68万亿元，比上年增长6.6%。共有26家企业。"


def figure(text, kind, occurrence=0, **more):
    at = [m.start() for m in re.finditer(re.escape(text), TEXT)][occurrence]
    b = len(TEXT[:at].encode())
    return dict({"text": text, "start": at, "end": at + len(text), "src": [b, b + len(text.encode())], "kind": kind,
                 "rule": "figures.rules:" + kind}, **more)


FIGURES = [
    figure("2023年", "date", iso="2023"),
    figure("2.68万亿元", "money", value="2680000000000", unit="CNY", metric="营业收入", period="2023"),
    figure("6.6%", "percent", value="6.6", unit="%", change={"direction": "increase", "basis": "yoy"},
           period="2023-12-31"),
    figure("26家", "count", value="12345678901234567890", low="1", high="12345678901234567", unit="家"),
    dict(figure("企业", "date", iso="2024-03-26"), src=[900, 906]),
]
RECORD = {"id": "p#1", "doc": "p", "source": "p.txt", "date": "2024-03-26", "kind": "paragraph", "text": TEXT,
          "sentences": [[0, TEXT.index("共")], [TEXT.index("共"), len(TEXT)]], "src": [0, len(TEXT.encode())],
          "figures": FIGURES,
          "entities": [{"text": "全市", "start": 6, "end": 8, "src": [16, 22], "label": "LOC", "rule": "x:y"}]}

p = run(["--header=en", "--review", 'r"v.html', "--note", "command=hansieve <x>", "--note", "rules=abcd"], lines([RECORD]))
book = Book(p.stdout)
ok(p.returncode == 0 and not p.stderr and
   list(book.sheets) == ["read me", "all", "documents", "entities", "dates", "money", "percent", "counts"],
   "a sheet for all, one a kind, entities, documents", (list(book.sheets), p.stderr))
rows = book.rows("all")
ok(len(rows) == 5 and [len(book.rows(n)) for n in ("documents", "entities", "dates", "money")] == [1, 1, 2, 1],
   "each row in its sheets")
money = rows[1]
ok(money["value"].value == "2680000000000" and money["value_number"].value == 2680000000000.0 and
   money["value_number"].raw == "2680000000000" and "亿" in money["value_number"].format,
   "the value as exact text, and as a number shown in 亿")
ok(money["sentence"].bold == "2.68万亿元" and money["sentence"].value == TEXT[:TEXT.index("共")],
   "the figure is bold in its sentence", money["sentence"].value)
ok(money["row_id"].formula == 'HYPERLINK("r""v.html#%s","%s")' % (money["row_id"].value, money["row_id"].value),
   "the row links into the review page", money["row_id"].formula)
ids = [r["row_id"] for r in csv.DictReader(io.StringIO(run([], lines([RECORD]), "to-csv").stdout.decode()))]
ok([r["row_id"].value for r in rows] == ids, "row ids are those of to-csv")
count = rows[3]
ok(count["value"].value == "12345678901234567890" and "value_number" not in count and
   count["low"].value == 1.0 and count["high"].value == "12345678901234567",
   "what a double cannot carry stays text")
ok(rows[4]["value_number"].value == datetime.date(2024, 3, 26) and rows[4]["value"].value == "2024-03-26" and
   rows[0]["value"].value == "2023" and "value_number" not in rows[0] and
   rows[2]["period"].value == datetime.date(2023, 12, 31) and rows[1]["period"].value == "2023" and
   rows[0]["date"].value == datetime.date(2024, 3, 26), "whole days are dates, the rest is text")
xml = book.xml["all"].decode()
ok('state="frozen"' in xml and "<autoFilter" in xml and 'topLeftCell="A2"' in xml, "header frozen, filter on")
widths = [float(w) for w in re.findall(r'<col [^>]*width="([0-9.]+)"', xml)]
ok(len(widths) == 25 and 55 < widths[4] < 63 and widths[1] < 14, "widths count a 汉字 as two", widths)
readme = {r[0].value: r[1].value for r in book.sheets["read me"].values() if 0 in r and 1 in r}
ok(readme["command"] == "hansieve <x>" and readme["rule set"] == "abcd" and readme["figures"] == 5 and
   readme["money"] == 1, "the read-me sheet has the command, the rules, the counts", readme)
book = Book(run([], lines([RECORD])).stdout)
percent = book.rows("百分比")[0]
ok(list(book.sheets)[:4] == ["说明", "全部", "文档", "名称"] and percent["类型"].value == "百分比" and
   percent["增减"].value == "增" and book.rows("金额")[0]["单位"].value == "元" and percent["比较基准"].value == "同比" and "增" in book.xml["百分比"].decode().split("conditionalFormatting")[1],
   "Chinese titles and words by default")
ok(run([], lines([RECORD])).stdout == run([], lines([RECORD])).stdout, "the same bytes again")

# Hostile text, cell for cell
PIECES = ["甲", "=1+1", "@SUM(A1)", "007", "-5.5", "1E5", "12345678901234567890", " ", "\n", "\r\n", "\t", "\0",
          "\x01", "\x0b", "\ufffe", "\uffff", "_x0041_", "_x005F_", "<b>&amp;\"'", "\U0001f600", "\u2028", "é", "]]>"]
rng = random.Random(3)


def hostile(n=6):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, n)))


def shown(s):
    return re.sub("\r\n?", "\n", s).replace("\0", "\u2400").replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


records = []
for n in range(200):
    text = hostile(12)
    start = rng.randrange(len(text))
    end = rng.randint(start + 1, len(text))
    records.append({"id": "%s#%d" % (hostile(1), n), "doc": "d", "source": hostile(2), "date": "2024-02-30", "text": text,
                    "figures": [{"text": text[start:end], "start": start, "end": end, "src": [n, n + 1],
                                 "kind": "money", "unit": hostile(), "metric": hostile(), "value": hostile(2)}]})
p = run(["--header=en"], lines(records))
book = Book(p.stdout)
rows = book.rows("all")
bad = []
for r, got in zip(records, rows):
    f = r["figures"][0]
    for title, want in (("block", r["id"]), ("source", r["source"]), ("sentence", r["text"]), ("figure", f["text"]),
                        ("unit", f["unit"]), ("metric", f["metric"]), ("value", f["value"]), ("date", r["date"])):
        if got[title].value != shown(want):
            bad.append((title, want, got[title].value))
    if got["sentence"].bold is not None and got["sentence"].bold != shown(f["text"]):
        bad.append(("bold", f["text"], got["sentence"].bold))
ok(p.returncode == 0 and len(rows) == 200 and not bad, "200 rows of hostile text, cell for cell", (bad[:2], p.stderr))
ok(not any(c.formula for r in rows for c in r.values()), "text never becomes a formula")

if shutil.which("soffice") and os.environ.get("HANSIEVE_OFFICE"):
    with open(TEMP + "/a.xlsx", "wb") as f:
        f.write(p.stdout)
    subprocess.run(["soffice", "-env:UserInstallation=file://" + TEMP + "/lo", "--headless", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2", "--outdir", TEMP,
                    TEMP + "/a.xlsx"], capture_output=True, timeout=300)
    name = [n for n in os.listdir(TEMP) if n.endswith(".csv")][0]
    with open(TEMP + "/" + name, "rb") as f:
        back = list(csv.DictReader(io.StringIO(f.read().decode("utf-8-sig"), newline="")))
    bad = [(r["figures"][0]["metric"], b["metric"]) for r, b in zip(records, back)
           if shown(r["figures"][0]["metric"]) != b["metric"]]
    ok(len(back) == 200 and not bad, "LibreOffice reads the same", bad[:3])
else:
    skip("LibreOffice reads the same", "HANSIEVE_OFFICE is not set")

# Limits of a sheet
text = "甲" * 40000 + "7"
p = run(["--header=en"], lines([dict(RECORD, text=text, sentences=[[0, 40001]], entities=[], figures=[
    {"text": "7", "start": 40000, "end": 40001, "src": [1, 2], "kind": "count", "metric": text}])]))
row = Book(p.stdout).rows("all")[0]
ok(row["sentence"].value == text[-1001:], "of a sentence of 40,000 characters, those around the figure")
cell = row["metric"].value
ok(len(cell) == 32767 and cell.endswith("…") and b"1 cells cut to the 32767" in p.stderr, "40,000 characters are cut, and told", p.stderr)
p = run(["--header=en", "--max-rows", "11"], lines([RECORD] * 5))
book = Book(p.stdout)
ok([len(book.rows(n)) for n in ("all", "all (2)", "all (3)")] == [10, 10, 5] and b"'all (2)'" in p.stderr and
   len(book.rows("money")) == 5, "a full sheet goes on in the next, with a message", p.stderr)
p = run([], lines([dict(RECORD, figures=[dict(FIGURES[1], kind=k) for k in
                                         ("a/b", "a*b", "all", "documents", "全部", "x" * 40, "x" * 41, "'q'", 7)])]))
book = Book(p.stdout)
ok(p.returncode == 0 and len(book.sheets) == 13 and all(len(n) <= 31 for n in book.sheets),
   "kinds of any name get sheets", (list(book.sheets), p.stderr))
p = run([], b"")
ok(p.returncode == 0 and len(Book(p.stdout).sheets) == 4, "no input: an empty workbook")
p = run(["--review", "x" * 300], lines([RECORD]))
ok(Book(p.stdout).rows("全部")[0]["行编号"].formula is None, "a link too long for a formula is left out")
for args in (["--note", b"a=\xe4"], ["--review", b"\xff"], ["--header=x"], ["--note", "x"], ["--max-rows", "1"], ["--max-rows", "9999999"], ["--columns", "a,,b"]):
    p = run(args)
    ok(p.returncode == 2 and not p.stdout and p.stderr.startswith(b"to-xlsx: "), " ".join(a if isinstance(a, str) else repr(a) for a in args) + " is refused", p.stderr)
full = dict(os.environ, TMPDIR="/nonexistent")
p = subprocess.run([BIN + "/to-xlsx"], input=lines([RECORD]), capture_output=True, env=full)
ok(p.returncode == 4 and not p.stdout, "no room for temporary files: exit 4", p.stderr)

# Memory: the same for ten times the rows
if os.environ.get("SANITIZE") or not os.path.exists("/usr/bin/time"):
    skip("memory does not grow with the rows", "sanitizers, or no /usr/bin/time")
else:
    peak = []
    for times in (400, 4000):
        path = TEMP + "/many.jsonl"
        with open(path, "wb") as f:
            f.write(lines([RECORD]) * times)
        t = subprocess.run(["/usr/bin/time", "-f", "%M", BIN + "/to-xlsx", "--plain", "-o", TEMP + "/many.xlsx", path],
                           capture_output=True)
        peak.append(int(t.stderr.split()[-1]))
    ok(peak[1] < peak[0] + 1024, "memory does not grow with the rows (%d, %d kB)" % tuple(peak), peak)

shutil.rmtree(TEMP)
print("1..%d" % number)
sys.exit(failed > 0)
