#!/usr/bin/env python3
"""normalize - encodings, folding and the way back to the source, against a model of its own"""
# SPDX-License-Identifier: MIT
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile

BIN = os.environ.get("BIN", os.path.abspath("bin"))
RULES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "rules")
TEMP = tempfile.mkdtemp()
number = failed = 0

# Python's name, ours, what stands before
ENCODINGS = [("utf-8", "UTF-8", b""), ("utf-8", "UTF-8", b"\xef\xbb\xbf"),
             ("gb18030", "GB18030", b""), ("big5hkscs", "BIG5-HKSCS", b""),
             ("utf-16-le", "UTF-16LE", b"\xff\xfe"), ("utf-16-be", "UTF-16BE", b"\xfe\xff")]

SIMPLIFIED = """
本报讯（记者 林一舟）３月２６日，市统计局发布2023年全市经济运行情况。初步核算，全年实现地区生产总值１２３４．５亿元，
同比增长６．１％；其中第一产业增加值98.7亿元，第二产业增加值456.2亿元，第三产业增加值679.6亿元，三次产业比为8：37：55。
“去年我们把新型工业化作为主引擎，规模以上工业企业达到二○二三年末的八百六十家。”局长何清源说，新增专利1,208件，
绿化面积扩大到35.6万㎡，空气质量优良天数比例上升2.3个百分点。下一步，全市将围绕现代化产业体系建设，
加快布局一批重点项目，推动科技创新与产业创新深度融合，持续优化营商环境，让企业安心、舒心、放心发展。
"""
TRADITIONAL = """
【本報訊】政府統計處今日公布，二○二四年第一季本地生產總值較上年同期實質上升2.7%，經季節性調整後按季升２．３％。
政府發言人表示，訪港旅遊業進一步復蘇，貨品出口顯著回升，私人消費開支繼續增長，惟固定資本形成總額升幅放緩。
財政司司長在網誌指出，首季服務輸出達港幣３，４５６億元，佔整體出口約兩成；勞工市場維持緊張，失業率為百分之三。
立法會議員黃子謙質詢時問及，當局有何措施應對樓市調整，運輸及房屋局局長回應稱，將視乎數據與市場反應，適時檢討有關安排。
"""


def ok(passed, what, note=""):
    global number, failed
    number += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", number, what))
    if not passed:
        for line in str(note).splitlines()[:8]:
            print("# " + line[:1000])


def path(name, data=None):
    p = os.path.join(TEMP, name)
    if data is not None:
        os.makedirs(os.path.dirname(p), exist_ok=True)
        with open(p, "wb") as f:
            f.write(data)
    return p


def run(*args, data=b"", **kw):
    return subprocess.run([BIN + "/normalize", *args], input=data, capture_output=True, timeout=300,
                          **kw)


def records(r):
    return [json.loads(x) for x in r.stdout.splitlines()]


def run_files(datas, *args):
    """One record for each of the byte strings, in one run."""
    names = [path("many/%05d.txt" % i, d) for i, d in enumerate(datas)]
    r = run("--files0-from", path("names", "\0".join(names).encode()), *args)
    return r, {x["id"]: x for x in records(r)}


# ---- the model: folding, by the tables

class Fold:
    def __init__(self):
        self.to, self.cls = {}, {}  # what becomes of a character; what conditions go by
        for name in ("normalize", "normalize-ideographs"):
            for line in open("%s/%s.tsv" % (RULES, name), encoding="utf-8"):
                cells = line.rstrip("\n").split("\t")
                if line[0] != "#" and cells[0] != "from":
                    self.row(*(cells + ["", ""])[:4])
        self.same = "".join(c for c in self.to if self.to[c][1] == "in-numeral")
        self.unseen = str.maketrans("", "", "".join(c for c in self.to if self.to[c][0] == ""))

    @staticmethod
    def char(z):
        return chr(int(z[2:], 16)) if re.fullmatch("U\\+[0-9A-F]+", z) else z

    def row(self, chars, do, to, when):
        m = re.fullmatch("U\\+([0-9A-F]+)(?:-U\\+([0-9A-F]+))?", chars)
        if m:
            chars = [chr(c) for c in range(int(m[1], 16), int(m[2] or m[1], 16) + 1)]
        to = self.char(to)
        for i, c in enumerate(chars):
            if do in ("digit", "numeral", "numeral-end"):
                self.cls.setdefault(c, set()).add(do)
                continue
            if do == "fold":
                new = chr(ord(to) + i) if m and m[2] else to
            else:
                new = "" if do == "drop" else c
            had = self.to.get(c, (c, "", 0, c))
            self.to[c] = (new, when, int(to) if do == "cap" else 0, had[3] if when else new)
            if do == "fold" and not when and new in "0123456789":
                self.cls.setdefault(c, set()).update(("digit", "wide"))

    def has(self, c, what):
        return what in self.cls.get(c, ())

    def holds(self, t, i, when):
        before, after = t[:i].translate(self.unseen), t[i + 1:].translate(self.unseen)
        left, right = before[-1:], after[:1]
        if when == "in-numeral":
            a, b = before.rstrip(self.same)[-1:], after.lstrip(self.same)[:1]
            return self.has(a, "numeral") and (self.has(b, "numeral") or self.has(b, "numeral-end"))
        if when == "thousands":
            three = after[:3]
            return (self.has(left, "wide") and len(three) == 3 and
                    all(self.has(c, "wide") for c in three) and not self.has(after[3:4], "digit"))
        return ((when == "before-digit" or self.has(left, "digit")) and
                (when == "after-digit" or self.has(right, "digit")))

    def __call__(self, t):
        """The folded text, and for each of its characters the one it came from."""
        out, come, marks = "", [], 0
        for i, c in enumerate(t):
            new, when, cap, other = self.to.get(c, (c, "", 0, c))
            if c == "\r":
                new = "" if t[i + 1:i + 2] == "\n" else "\n"
            elif when and not self.holds(t, i, when):
                new = other
            marks = marks + 1 if cap else 0
            if cap and marks > cap:
                new = ""
            out += new
            come += [i] * len(new)
        return out, come


FOLD = Fold()


def expand(text, align):
    """[start, end) in bytes of the source for each character."""
    out, i, at = [], 0, 0
    for k in range(0, len(align or []), 3):
        at, n, width = align[k:k + 3]
        for _ in range(abs(n)):
            if i == len(text):
                break
            c, wide = text[i], width
            if n > 0 and width <= 0:
                wide = {0: len(c.encode()), -1: 1 + (c >= "\x80"), -2: 2 + 2 * (c > "\uffff")}[width]
            out.append((at, at + wide))
            at += wide if n > 0 else 0
            i += 1
    for c in text[i:]:
        out.append((at, at + len(c.encode())))
        at += len(c.encode())
    return out


ODD = ("０１２３４５６７８９ＡＯＺａｚ％．：，－＋（）　\u00a0\u2003\u200b\u200d\ufeff\u00ad\u0301\u0302\ufe0f㎡㎏½①Ⅳ℃"
       "\r\n\r\n\t\v\f\x01\x7f\u0085\u2028豈⼈⻓○O二一年〇。、《》—…“”·~,.:%12 9aZ￥𝟗𠀋𠮷ﬁ‧＂\"\\/<&>")


def sample(rng, python):
    n = rng.choice((1, 3, 10, 40, 200, 900))
    pool = [ODD, SIMPLIFIED + TRADITIONAL, "".join(map(chr, range(0x4E00, 0x9FA6, 7))), "０１２３，．：1二○年"]
    t = ""
    while len(t) < n:
        p = rng.choice(pool)
        if rng.random() < 0.5:
            t += "".join(rng.choice(p) for _ in range(rng.randint(1, 12)))
        else:
            i = rng.randrange(len(p))
            t += p[i:i + rng.randint(1, 30)]
    return t.encode(python, "ignore").decode(python)


def check(t, source, python, bom, rec):
    """None, or what is wrong with the record made of a text."""
    want, come = FOLD(t)
    if rec["text"] != want:
        return "text %r, want %r" % (rec["text"], want)
    at, ends = len(bom), []
    for c in t:
        ends.append((at, at + len(c.encode(python))))
        at = ends[-1][1]
    have = expand(rec["text"], rec.get("align"))
    need = [ends[i] for i in come]
    if have != need:
        k = next(k for k in range(len(need)) if have[k:k + 1] != need[k:k + 1])
        return "character %d %r: %r, want %r; align %r" % (
            k, want[k], have[k:k + 1], need[k], rec.get("align"))
    for (a, b), c in zip(have, want):  # and cut out, it can be read
        piece = source[a:b].decode(python)
        if c not in (piece, *FOLD(piece)[0], *"\n.:,〇"):
            return "%r is %r in the source" % (c, piece)
    return None


def test_random():
    rng = random.Random(20240326)
    for python, ours, bom in ENCODINGS:
        texts = [sample(rng, python) for _ in range(200)]
        datas = [bom + t.encode(python) for t in texts]
        r, recs = run_files(datas, "--encoding", ours)
        wrong = [w for w in (check(t, d, python, bom, recs["%05d" % i])
                             for i, (t, d) in enumerate(zip(texts, datas))) if w]
        ok(r.returncode == 0 and not wrong,
           "200 random texts: %s%s" % (ours, " with a byte order mark" if bom else ""),
           r.stderr.decode() + "\n".join(wrong))
        again = run("--jsonl", data=b"".join(
            json.dumps({"id": k, "text": v["text"]}).encode() + b"\n" for k, v in recs.items()))
        ok([x["text"] for x in records(again)] == [v["text"] for v in recs.values()] and
           all("align" not in x for x in records(again)),
           "what is normal stays as it is: " + ours,
           [(a["text"], v["text"]) for a, v in zip(records(again), recs.values()) if a["text"] != v["text"]][:1])
    lines = [{"id": i, "text": sample(rng, "utf-8")} for i in range(200)]
    for ascii_only in (False, True):
        r = run("--jsonl", data=b"".join(
            json.dumps(x, ensure_ascii=ascii_only).encode() + b"\n" for x in lines))
        wrong = [w for w in (check(x["text"], x["text"].encode(), "utf-8", b"", rec)
                             for x, rec in zip(lines, records(r))) if w]
        ok(r.returncode == 0 and not wrong and len(records(r)) == 200,
           "200 random texts: JSON Lines" + (", escaped" if ascii_only else ""), "\n".join(wrong))


# ---- which encoding it is

def test_find():
    for text, name in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5hkscs"), (TRADITIONAL, "gbk")):
        ours = "BIG5-HKSCS" if name == "big5hkscs" else "GB18030"
        text = text.replace("\n", "")
        for n, share in ((4, 0.97), (8, 0.995), (16, 1), (60, 1)):
            pieces = [text[i:i + n].encode(name) for i in range(0, len(text) - n, 2)]
            pieces = [p for p in pieces if max(p) >= 0x80]
            _, recs = run_files(pieces, "-q")
            right = sum(x["encoding"] == ours for x in recs.values())
            ok(right >= share * len(pieces), "%s found in %d characters: %d of %d" % (
                name, n, right, len(pieces)))
    whole = SIMPLIFIED * 3
    for python, ours, bom in ENCODINGS:
        t = (TRADITIONAL if "BIG5" in ours else SIMPLIFIED)
        rec = records(run(data=bom + t.encode(python)))[0]
        ok(rec["encoding"] == ours and rec["text"] == FOLD(t)[0], "a page in %s" % ours)
    for name, t in (("utf-16-le", SIMPLIFIED), ("utf-16-be", SIMPLIFIED)):
        rec = records(run(data=t.encode(name)))[0]
        ok(rec["encoding"] == name.upper().replace("-LE", "LE").replace("-BE", "BE"),
           name + " without a byte order mark")
    for t in ("naïve café", "Привет, мир", "5°C ±3", "a·b", "ж", "Ελληνικά", "plain"):
        ok(records(run(data=t.encode()))[0]["encoding"] == "UTF-8", "UTF-8: " + t)
    for t in ("联通", "一 [45]", "一"):
        ok(records(run(data=t.encode("gbk")))[0]["encoding"] == "GB18030", "GB18030: " + t)
    r = run("--replace", data=whole.encode()[:-2])
    ok(records(r)[0]["encoding"] == "UTF-8" and records(r)[0]["text"].endswith("\ufffd"),
       "UTF-8 that is cut is UTF-8", r.stderr)
    for name in ("gbk", "GB2312", "cp936", "big5", "CP950", "utf8", "utf-16"):
        ok(run("--encoding", name, data=b"").returncode == 0, "--encoding " + name)
    r = run("--encoding=klingon", data=b"")
    ok(r.returncode == 2 and b"klingon" in r.stderr, "--encoding klingon", r.stderr)


# ---- bad input

def test_bad():
    good = path("good.txt", "好\n".encode())
    want = run(good).stdout
    half = path("half.txt", "好好".encode()[:-1])
    binary = path("binary.bin", b"\x7fELF\x02\x01\x01\0\0\0\0\xff\xfe" * 9)
    wrong = path("wrong.txt", SIMPLIFIED.encode() + b"\xff\xfe" + "好".encode() + b"\xc0")
    latin = path("latin.txt", "naïve café résumé où fête".encode("latin-1"))
    gb = path("gb.txt", SIMPLIFIED.encode("gb18030") + b"\x81")
    size = len(SIMPLIFIED.encode())
    for name, says, more in (
            (half, "byte 4: the file ends in half a character of UTF-8", ()),
            (binary, "binary file, skipped", ()),
            (wrong, "byte %d: not UTF-8 (first of 3 places)" % (size + 1), ()),
            (latin, "neither UTF-8 nor GB18030, Big5 or UTF-16 (--encoding), skipped", ()),
            (gb, "byte %d: the file ends in half a character of GB18030" % (
                len(SIMPLIFIED.encode("gb18030")) + 1), ()),
            (path("big5.txt", TRADITIONAL.encode("big5hkscs") + b"\xa4"), "byte %d: the file ends in half a "
             "character of BIG5-HKSCS" % (len(TRADITIONAL.encode("big5hkscs")) + 1), ()),
            (path("a.pdf", b"%PDF-1.4\n1 0 obj"), "PDF file; pdftotext(1) makes text of it, skipped", ()),
            (path("a.docx", b"PK\x03\x04\x14\0"), "ZIP archive (.docx, .xlsx, .epub ...), skipped", ()),
            (path("odd", b"\xff\xfea\0b"), "byte 5: the file ends in half a character of UTF-16LE", ()),
            (path("lone", b"\xff\xfea\0\0\xd8b\0"), "byte 5: not UTF-16LE", ()),
            (path("long", b"x" * 5000), "longer than 4000 bytes (--max-line)", ("--max-line=4000",)),
            (path("deep.html", b"<html>" + b"<div>" * 30000), "elements nested too deep", ())):
        r = run(*more, good, name, good)
        first = r.stderr.decode().split("\n")[0]
        ok(r.returncode == 1 and r.stdout == want * 2 and
           first == "normalize: %s: %s" % (name, says), "the rest unharmed: " + says, r.stderr)
    for name, says in ((path("nosuch"), "No such file or directory"), (TEMP, "Is a directory")):
        r = run(good, name, good)
        ok(r.returncode == 4 and r.stdout == want * 2 and
           r.stderr.decode() == "normalize: cannot read %s: %s\n" % (name, says), says, r.stderr)
    r = run(path("empty.txt", b""))
    ok(r.returncode == 0 and records(r)[0]["text"] == "", "an empty file is an empty document")
    r = run("--replace", wrong)
    rec = records(r)[0]
    spans = expand(rec["text"], rec.get("align"))
    ok(r.returncode == 0 and rec["text"] == FOLD(SIMPLIFIED)[0] + "\ufffd\ufffd好\ufffd" and
       spans[-4:] == [(size, size + 1), (size + 1, size + 2), (size + 2, size + 5), (size + 5, size + 6)],
       "--replace", spans[-4:])
    for python, data, want in (
            ("GB18030", "中".encode("gbk") + b"\xff" + b"\x81\x30\x81 " + "文".encode("gbk") + b"\x810",
             "中\ufffd\ufffd0\ufffd 文\ufffd"), ("BIG5", b"\xa4\xa4\xff\x80a\xa4", "中\ufffd\ufffda\ufffd"),
            ("GB18030", b"\x80", "€"), ("BIG5", b"\xa3\xe1\xa2\xcc", "€十"), ("BIG5", b"\x88\x62\x88\xa5", "\u00ca\u0304\u00ea\u030c"),
            ("GB18030", b"\x95\x32\x82\x36", "\U00020000"), ("UTF-8", b"\xe4\xb8a\xf0\x9f\x80\xe4", "\ufffda\ufffd\ufffd"),
            ("UTF-16LE", b"\0\0a\0\0\xdc", "a\ufffd")):
        r = run("--replace", "--encoding", python, data=data)
        ok(records(r)[0]["text"] == want, "%s %r" % (python, data), r.stdout)
    rec = records(run("--encoding=big5", data=b"\x88\x62\xa4\xa4"))[0]
    ok(expand(rec["text"], rec["align"]) == [(0, 2), (0, 2), (2, 4)], "two characters of two bytes", rec)
    ok(run("--on-error=skip", half).returncode == 0, "--on-error=skip")
    r = run("--on-error=fail", half, good)
    ok(r.returncode == 1 and r.stdout == b"", "--on-error=fail ends the run")
    big = "第１２３家企业，".encode() * (50 * 1000 * 1000 // 24)
    r = run("--jsonl", data=b'{"id":"a","text":"' + big + b'"}\n' + b'{"id":"b","text":"x"}\n')
    ok(r.returncode == 0 and len(r.stdout.splitlines()) == 2, "a line of 50 MB", r.stderr)


# ---- records and options

def test_jsonl():
    r = run("--jsonl", "--date=2024-03-07", data=(
        '{"n":12345678901234567890,"id":7,"text":"甲","date":"2020-01-01"}\n'
        '{"text":"\\u4e59\\r\\n２","x":1e400,"align":[9],"src":[1,2]}\n'
        '{"id":"丙","text":3}\n[1, 2]\n').encode())
    ok(r.returncode == 0 and r.stdout.decode() ==
       '{"n":12345678901234567890,"id":"7","text":"甲","date":"2020-01-01"}\n'
       '{"text":"乙\\n2","x":1e400,"id":"stdin:2","date":"2024-03-07","align":[0,1,0,4,1,0,5,1,3]}\n'
       '{"id":"丙","text":3}\n[1, 2]\n', "riders, ids, dates, stale alignments", r.stdout.decode() + r.stderr.decode())
    rec = records(run("--jsonl", "--source", "库", data=b'{"text":"a","id":"1"}\n'))[0]
    ok(rec == {"text": "a", "id": "1", "source": "库"}, "--source", rec)
    r = run("--jsonl", "--text-field=content", "--id-field=url", "--date-field=pub", data=(
        '{"url":"http://a/1","content":"甲１","pub":"2024-03-26T18:20:00+08:00","k":[0.10]}\n'
        '{"url":2,"content":"乙","pub":"昨天"}\n{"url":"3","text":"丙"}\n').encode())
    ok(r.stdout.decode() ==
       '{"url":"http://a/1","pub":"2024-03-26T18:20:00+08:00","k":[0.10],"text":"甲1","id":"http://a/1",'
       '"date":"2024-03-26","align":[0,1,0,3,1,3]}\n'
       '{"url":2,"pub":"昨天","text":"乙","id":"2"}\n{"url":"3","text":"丙"}\n', "fields of other names",
       r.stdout.decode())
    for had, want in (("2024/3/6", "2024-03-06"), ("2024年3月6日", "2024-03-06"), ("20240306", "2024-03-06"),
                      ("2024-03-06 10:00", "2024-03-06"), ("2024-02-30", "2024-02-30"), ("2024", "2024"),
                      ("202403061", "202403061")):
        rec = records(run("--jsonl", data=json.dumps({"text": "a", "date": had}).encode()))[0]
        ok(rec["date"] == want, "a date of " + had, rec)
    rec = records(run("--jsonl", "--html", data=json.dumps(
        {"id": "1", "text": "<p>增长<b>５</b>％</p>"}).encode()))[0]
    ok(rec["text"] == "增长5%\n" and expand(rec["text"], rec["align"])[2] == (12, 15),
       "HTML in records", rec)


def test_options():
    p = path("a.b/页.tar.txt", "一".encode())
    rec = records(run(p))[0]
    ok(rec == {"id": "页.tar", "source": p, "encoding": "UTF-8", "text": "一"}, "id and source", rec)
    rec = records(run("--id", "x", "--source", "y", "--date", "2024-02-29", p))[0]
    ok((rec["id"], rec["source"], rec["date"]) == ("x", "y", "2024-02-29"), "--id --source --date")
    rec = records(run("--source-from-env", "map_input_file", data=b"x",
                      env={"map_input_file": "hdfs://a/b.txt"}))[0]
    ok((rec["source"], rec["id"]) == ("hdfs://a/b.txt", "b"), "--source-from-env, empty environment", rec)
    for name, want in (("20240327_01.txt", "2024-03-27"), ("2023-01-02/03_2024年3月7日.txt", "2024-03-07"),
                       ("2024-03/27/a.txt", "2024-03-27"), ("2024/a.txt", "2000-01-01"),
                       ("120240327.txt", "2000-01-01"), ("20241327.txt", "2000-01-01")):
        rec = records(run("--date-from-name", "--date=2000-01-01", path(name, b"x")))[0]
        ok(rec["date"] == want, "--date-from-name " + name, rec)
    rec = records(run(data=b"x", env={}))[0]
    ok((rec["source"], rec["id"]) == ("-", "stdin"), "standard input", rec)
    for bad in (["--date=2024-2-1"], ["--date=2023-02-29"], ["--id=x", p, p], ["--source-from-env=NOSUCH"],
                ["-0", p], ["--simplify=nosuch", p]):
        r = run(*bad)
        ok(r.returncode in (2, 3) and r.stderr.startswith(b"normalize: ") and not r.stdout,
           "refused: " + " ".join(bad[:1]), r.stderr)
    odd = path("new\nline \xff.txt".encode("utf-8", "surrogateescape").decode("latin-1"), b"1")
    ok(records(run("-0", data=odd.encode() + b"\0"))[0]["text"] == "1", "-0, names with line feeds")
    ok(run("-0", data=b"").stdout == b"", "-0, an empty list")
    q = os.path.join(os.fsencode(TEMP), b"\xd2\xb3.txt")
    with open(q, "wb") as f:
        f.write(b"1")
    r = subprocess.run([os.fsencode(BIN + "/normalize"), q], capture_output=True)
    ok(json.loads(r.stdout)["id"] in ("\ufffd\ufffd", "ҳ"), "a file name that is no UTF-8", r.stdout)


def test_simplify():
    t = "香港特別行政區，２０２４年裏面的網路𠀋頭髮\n這個部落格用印表機和滑鼠，不變"
    for conf, want in (("t2s", "香港特别行政区，2024年里面的网路𠀋头发\n这个部落格用印表机和滑鼠，不变"),
                       ("tw2sp", "香港特别行政区，2024年里面的网络𠀋头发\n这个博客用打印机和鼠标，不变")):
        rec = records(run("--simplify=" + conf, data=t.encode()))[0]
        spans = expand(rec["text"], rec["align"])
        ok(rec["text"] == want, "--simplify=" + conf, rec["text"])
        i = want.index("博客") if "博客" in want else want.index("部落格")
        raw = t.encode()
        cut = raw[spans[i][0]:spans[i + 1 if "博客" in want else i + 2][1]].decode()
        ok(cut == "部落格" and raw[slice(*spans[-1])].decode() == "變" and
           raw[slice(*spans[want.index("头发")])].decode() == "頭", "its alignment", spans)
    rec = records(run("--simplify", data=TRADITIONAL.encode("big5hkscs")))[0]
    raw = TRADITIONAL.encode("big5hkscs")
    cut = "".join(raw[a:b].decode("big5hkscs") for a, b in expand(rec["text"], rec["align"]))
    ok(FOLD(cut)[0].replace("○", "〇") == FOLD(TRADITIONAL)[0] and "政府统计处今日公布" in rec["text"],
       "of Big5", cut)


# ---- HTML

def make_html(rng, depth=0):
    """Random HTML, well and badly formed."""
    out = []
    for _ in range(rng.randint(1, 5)):
        kind = rng.random()
        if kind < 0.5 or depth > 5:
            t = sample(rng, "utf-8")[:rng.randint(1, 30)]
            t = "".join(c for c in t if c not in "\x01\x7f\u0085" and (c >= " " or c in "\r\n\t"))
            if rng.random() < 0.7:
                t = html.escape(t)
            if rng.random() < 0.3:
                t += rng.choice(["&nbsp;", "&#20013;", "&#x6587;", "&lt", "&amp;lt;", "&copy2", "&", "&x;",
                                 "&NotEqualTilde;", "</x>", "<!-- > -->", "&#128;", "&euro;"])
            out.append(t)
            continue
        tag = rng.choice(["p", "div", "b", "span", "h1", "h3", "ul", "li", "table", "tr", "td", "th", "br",
                          "sup", "a", "strong", "pre", "section", "script", "nav", "dl", "dt", "i", "form"])
        out.append("<%s%s>" % (tag, rng.choice(["", " class=a", " colspan=3", " hidden", ' title="&gt;>"'])))
        if tag != "br":
            out.append(make_html(rng, depth + 1))
        if rng.random() < 0.85:
            out.append("</%s>" % tag)
    return rng.choice(["", "\n", "\r\n  "]).join(out)


def test_html():
    rng = random.Random(7)
    pages = ["<!doctype html><title>x</title><body>" + make_html(rng) for _ in range(250)]
    for python, ours in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        datas = [p.encode(python) for p in pages]
        r, recs = run_files(datas, "--encoding", ours)
        wrong = []
        for i, d in enumerate(datas):
            rec = recs.get("%05d" % i)
            if rec is None:
                wrong.append("no record: %s" % r.stderr)
                continue
            for c, (a, b) in zip(rec["text"], expand(rec["text"], rec.get("align"))):
                piece = html.unescape(d[a:b].decode(python))
                alone = FOLD(piece)[0] or piece
                if not (c in alone or c in piece or (a == b and c in "\n\t #*-") or
                        c in " \n.:,〇" or c in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"):
                    wrong.append("%r is %r at %d in %r" % (c, piece, a, pages[i][:300]))
        ok(r.returncode == 0 and not wrong, "250 random pages: " + ours, "\n".join(wrong))
    declared = "<html><meta http-equiv=Content-Type content='text/html; charset=%s'><p>%s</p>"
    for python, said, ours in (("gbk", "gb2312", "GB18030"), ("big5hkscs", "big5", "BIG5-HKSCS"),
                               ("utf-8", "gb2312", "UTF-8"), ("gbk", "utf-8", "GB18030")):
        t = TRADITIONAL if python == "big5hkscs" else SIMPLIFIED
        rec = records(run(data=(declared % (said, t)).encode(python)))[0]
        ok(rec["encoding"] == ours, "%s that says it is %s" % (python, said))
    rec = records(run(data=(declared % ("gb2312", "甲")).encode("gbk")))[0]
    ok(rec["text"] == "甲\n", "one character, and the page says which encoding", rec)
    for page, want in (
            ("<table><tr><th>地区<th colspan=2>产值<th>比重<tr><td rowspan=2>甲<td>1<td>2<td rowspan=3>5%"
             "<tr><td>3<td>4<tr><td>乙<td> <td>6<tr><td>丙<td>7<td>8<td>9</table>",
             "地区\t产值\t\t比重\n甲\t1\t2\t5%\n\t3\t4\n乙\t\t6\n丙\t7\t8\t9\n"),
            ("<table><tr><td>a<p>b<br>c<td>d</table>", "a b c\td\n"),
            ("<table><tr><td><h1>题</h1><p>文</table>", "# 题\n\n文\n"),
            ("<table><tr><td>导航<td>　　一。<br>　　二。<br>三<br>四<br></table>", "导航\n\n  一。\n  二。\n三\n四\n"),
            ("<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字", "汉字\n"),
            ("<p><b>题</b><p>文<b>粗</b>", "**题**\n\n文粗\n"),
            ("面积5km<sup>2</sup>，10<sup>-3</sup><sup>[1]</sup>", "面积5km²，10⁻³[1]\n"),
            ("<ul><li>一<li> </li><li>二</ul>三", "- 一\n- 二\n\n三\n"),
            ("一\n二 三<br> 四 a\nb<br><br>五", "一二 三\n四 a b\n\n五\n"),
            ("<h2>长<br>题 </h2><h3></h3>文", "## 长题\n\n文\n"),
            ("<pre>\n a\n  b</pre>c", " a\n  b\n\nc\n"),
            ("a<script>x</script><nav>n</nav><p hidden>h</p><p style='color:red;display:none'>h</p>b", "a\n\nb\n")):
        rec = records(run("--html", data=page.encode()))[0]
        ok(rec["text"] == want, "HTML: %r" % page, repr(rec["text"]))
    ok("<p>" in records(run("--text", data=b"<html><p>a"))[0]["text"], "--text")
    ok(records(run("--html", data=b"a<br>b"))[0]["text"] == "a\nb\n", "--html")
    rec = records(run("--date=2020-01-01", data=b"<html><meta name=PubDate content='2024-3-6 10:00'>a"))[0]
    ok(rec["date"] == "2024-03-06", "a page that says when it was published", rec)
    rec = records(run("--date=2020-01-01", data=b"<html><meta name=PubDate content='2024-2-30'>a"))[0]
    ok(rec["date"] == "2020-01-01", "a day that is none", rec)


# ---- through the pipe: what the bytes of a figure say is the figure

def make_prose(rng):
    wide = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
    zh = "〇一二三四五六七八九"

    def amount():
        n = rng.choice(["%d" % rng.randint(2, 9999), "{:,}".format(rng.randint(1000, 9 ** 9)),
                        "%.2f" % (rng.random() * 1000), "".join(rng.choice(zh[1:]) + "百" for _ in "1")])
        return n.translate(wide) if rng.random() < 0.5 else n

    out = []
    for _ in range(rng.randint(3, 12)):
        out.append(rng.choice([
            "全市实现营业收入%s亿元，", "同比增长%s％。", "新增企业%s家；", "面积达到%s㎡，", "投资%s万元，"]) % amount())
        if rng.random() < 0.3:
            year = "二" + rng.choice("○〇Ｏ") + "二" + rng.choice("二三四")
            out.append("早在%s年，占比为%s：%s。" % (year, *"２５"))
        if rng.random() < 0.2:
            out.append(rng.choice(["\n\n", "\r\n\r\n　　", "\u200b", "\ufeff"]))
    t = "".join(out)
    if rng.random() < 0.5:  # hard line ends, within numbers too
        i = rng.randrange(len(t))
        t = t[:i] + "\n" + t[i:]
    return t


def test_figures():
    if not all(os.access("%s/%s" % (BIN, f), os.X_OK) for f in ("segment", "extract-figures")):
        print("# segment or extract-figures is not built")
        return
    rng = random.Random(42)
    for python, ours, bom in ENCODINGS:
        pages = [make_prose(rng).encode(python, "ignore").decode(python) for _ in range(60)]
        datas = [bom + t.encode(python) for t in pages]
        r, _ = run_files(datas, "--encoding", ours)
        for tool in ("segment", "extract-figures"):
            r = subprocess.run([BIN + "/" + tool], input=r.stdout, capture_output=True, timeout=120)
        wrong, n = [], 0
        for rec in records(r):
            raw = datas[int(rec["doc"])]
            for f in rec.get("figures", []):
                n += 1
                piece = FOLD(raw[f["src"][0]:f["src"][1]].decode(python))[0]
                if re.sub(r"\s", "", piece) != re.sub(r"\s", "", f["text"]):
                    wrong.append("%r stands for %r in %r" % (piece, f["text"], rec["text"]))
        ok(n > 200 and not wrong, "the bytes of %d figures say the same: %s%s" % (
            n, ours, " with a byte order mark" if bom else ""), "\n".join(wrong))


# ---- memory

def peak(args):
    code = ("import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    return int(subprocess.run([sys.executable, "-c", code, BIN + "/normalize", *args],
                              capture_output=True).stdout)


def test_memory():
    if "SANITIZE" in os.environ:  # it keeps what is freed
        return
    if os.environ.get("SANITIZE"):
        return  # the sanitizers keep what is freed
    t = SIMPLIFIED * 20
    page = "<html><table>" + "<tr><td>%s<td>1" % SIMPLIFIED * 20
    few = [path("few%d" % i, d) for i, d in enumerate((t.encode(), t.encode("gbk"), page.encode()))]
    a, b = peak(["--simplify"] + few * 3), peak(["--simplify"] + few * 100)
    ok(b < a + 1500, "memory does not grow with the documents: %d, %d KB" % (a, b))


def test_tables():
    bad = path("rules/normalize.tsv", (
        "from\tdo\tto\twhen\n％\tfold\n①\tfold\tx\tsometimes\n②\tmelt\tx\nU+0041-U+0040\tdrop\n"
        "U+0300\tcap\tmany\n").encode())
    r = run(data=b"x", env={"HANSIEVE_RULES": os.path.dirname(bad)})
    ok(r.returncode == 3 and all(("%s:%d: " % (bad, n)).encode() in r.stderr for n in (2, 3, 4, 6)),
       "a table that is wrong, line by line", r.stderr.decode())
    path("rules/normalize.tsv", "from\tdo\tto\twhen\nA\tfold\tB\n一\tfold\t１\nabcdef\tdrop\n".encode())
    more = path("more.tsv", "from\tdo\tto\n％\tkeep\n①\tfold\t（1）\n".encode())
    rec = records(run("--fold", more, data="5％①".encode()))[0]
    ok(rec["text"] == "5％（1）", "--fold", rec)
    rec = records(run(data="A一①Ａabcdefgh％ ideographs 一".encode(), env={"HANSIEVE_RULES": os.path.dirname(bad)}))[0]
    ok(rec["text"] == "B１①Ａgh％ iogrphs １", "a table of one's own, of ASCII and ideographs too", rec)


for name in [n for n in globals() if n.startswith("test_")]:
    globals()[name]()
print("1..%d" % number)
subprocess.run(["rm", "-rf", TEMP])
sys.exit(failed != 0)
