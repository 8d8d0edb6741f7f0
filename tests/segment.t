#!/usr/bin/env python3
"""segment - pages of our own, what every page must keep, and the ways of asking for it

fixtures/segment/PAGE/page.txt is a page, and blocks what a reader makes of it,
written by hand: kind, article, speaker (or -), and the text, in which … stands
for any words.
"""
# SPDX-License-Identifier: MIT
import glob
import json
import os
import random
import re
import subprocess
import sys

BIN = os.path.abspath(os.environ.get("BIN", "bin"))
number = failed = 0


def ok(good, name, *why):
    global number, failed
    number += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", number, name))
    if not good:
        for line in why:
            print("# %s" % line)


def run(tool, data, *args):
    p = subprocess.run([os.path.join(BIN, tool), *args], input=data, capture_output=True,
                       timeout=60)
    return p.returncode, p.stdout, p.stderr


def records(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def segments(text, *args, **fields):
    doc = dict({"id": "d", "text": text}, **fields)
    status, out, _ = run("segment", (json.dumps(doc, ensure_ascii=False) + "\n").encode(), *args)
    return records(out) if status == 0 else None


def fits(want, have):
    return re.fullmatch(".*".join(map(re.escape, want.split("…"))), have, re.S) is not None


def pages():
    for folder in sorted(glob.glob("fixtures/segment/*/")):
        page = folder + "page.txt"
        if not os.path.exists(page):
            continue
        _, docs, _ = run("normalize", b"", page)
        _, out, _ = run("segment", docs)
        have = records(out)
        want = [line.split(" ", 3) for line in open(folder + "blocks", encoding="utf-8")
                .read().splitlines()]
        why = []
        for i in range(max(len(want), len(have))):
            w = want[i] if i < len(want) else None
            r = have[i] if i < len(have) else {}
            h = [r.get("kind"), str(r.get("article")), r.get("speaker", "-"), r.get("text", "")]
            if w is None or w[:3] != h[:3] or not fits(w[3], h[3]):
                why += ["want %s" % w, "got  %s" % h]
        ok(not why, folder.split("/")[2], *why[:4])
        kept(page, have)


def kept(page, have):
    """The text is what stands in the source at src, but for blanks and marks."""
    raw = open(page, "rb").read()
    squash = lambda s: re.sub(r"[\s*#>|\-]", "", s)
    wrong = []
    for r in have:
        parts = r.get("src_parts") or [r["src"]]
        source = "".join(raw[a:b].decode() for a, b in parts)
        if squash(source) != squash(r["text"]):
            wrong += ["%s is not %s" % (r["text"], source)]
        if any(not 0 <= a < b <= len(r["text"]) for a, b in r["sentences"]):
            wrong += ["sentences of %s" % r["text"]]
        said = "".join(r["text"][a:b] for a, b in r["sentences"])
        if squash(said) != squash(r["text"]):
            wrong += ["sentences leave out some of %s" % r["text"]]
    ok(not wrong, "  its text is that of the source", *wrong[:3])


def sentences():
    cases = [
        ("增长3.5%。下降1.2个百分点！真的？对；好", "增长3.5%。|下降1.2个百分点！|真的？|对；|好"),
        ("“好。”他说。完", "“好。”|他说。|完"),
        ("《谁说了算？！》出版了。", "《谁说了算？！》出版了。"),
        ("他笑了（笑。）然后走了。", "他笑了（笑。）然后走了。"),
        ("入户道路……要改变。", "入户道路……|要改变。"),
        ("1.工业增长。2.农业下降。", "1.工业增长。|2.农业下降。"),
        ("一、综合。二、农业", "一、综合。|二、农业"),
        ("It rose 3.5 pct. Then it fell.", "It rose 3.5 pct.|Then it fell."),
        ("比年初增加4325.25亿元.", "比年初增加4325.25亿元."),
        ("有的好吗?有的!对", "有的好吗?|有的!|对"),
        ("完了。）又来。", "完了。）|又来。"),
        ("（没有闭合。第二句。", "（没有闭合。|第二句。"),
    ]
    for text, want in cases:
        r = segments(text)[0]
        got = "|".join(r["text"][a:b] for a, b in r["sentences"])
        ok(got == want, "sentences of %s" % text, got)


def documents():
    # all of a short text, whatever it looks like
    for text in ["全市规上工业实现营业收入2.68\n万亿元。", "  开头有空格", "记者：", "# 3", "*", "a",
                 "12345", "“", "（上接1版）", "- 5", "|1|2|", "**粗**体", "图为", "一是"]:
        got = "".join(r["text"] for r in segments(text))
        marks = lambda s: re.sub(r"[\s*#|\-]", "", s)
        ok(marks(got) == marks(text), "nothing is lost of %r" % text, got)
    ok(segments("") == [] and segments(" \n\n ") == [], "a blank document has no blocks")
    r = segments("句子。", date="2024-01-02", note={"a": [1.50]}, source="x")[0]
    ok(r["date"] == "2024-01-02" and r["note"] == {"a": [1.5]} and r["source"] == "x" and
       r["doc"] == "d" and r["id"] == "d#1", "fields ride along")
    line = b'{"id":"d#1","doc":"d","kind":"heading","text":"x","n":1.50}\n'
    ok(run("segment", line)[1] == line, "a segment passes through as it came")
    line = b'{"id":"d","n":1.50}\n'
    ok(run("segment", line)[1] == line, "and a record without a text")
    line = b'{"\\u0069d":"e","te\\u0078t":"\xe7\x94\xb2","n":1.50}\n'
    ok(list(records(run("segment", line)[1])[0])[:4] == ["id", "doc", "n", "kind"],
       "a key is the same with escapes or without")
    # the fast path and the other say the same
    for text in ["2023年，全市增长6.6%。", "“好。”市经信委主任蓝庆华说，要加快。第二句！", "一二。三四",
                 "他找到江城发展有限公司（以下简称江发）商量。", "甲：乙。", "短", "句。 又一句。", "先说｡再说。",
                 "增长3.5%（不变价）。", "他说（见第2.3节.后文）", "见a.txt。", "完。）"]:
        fast = run("segment", json.dumps({"id": "d", "text": text}, ensure_ascii=False).encode())
        slow = run("segment", json.dumps({"id": "d", "text": text}).encode())
        fast, slow = records(fast[1]), records(slow[1])
        ok(fast == slow, "escaped or not: %s" % text, fast, slow)
    # lines joined
    for text, want in [("工业增加值同比增长6.\n6%，快于全国。", "工业增加值同比增长6.6%，快于全国。"),
                       ("粮食产量1,\n234吨，增长一成。", "粮食产量1,234吨，增长一成。"),
                       ("全年完成307\n1家，比上年多。", "全年完成3071家，比上年多。"),
                       ("占地三百\n，亩产很高。", "占地三百，亩产很高。")]:
        r = segments(text)
        ok([x["text"] for x in r] == [want], "joined: %s" % want, r)
    # by sentence
    text = "第一句。第二句\n不到五百家。\n\n标题\n"
    by = segments(text, "--by", "sentence")
    ok([r["text"] for r in by][:1] == ["第一句。"] and
       all(text.encode()[r["src"][0]:r["src"][1]].decode().replace("\n", "") == r["text"]
           for r in by) and len({r["id"] for r in by}) == len(by), "--by sentence", by)
    # what comes along from above
    text = ("三年的变化\n\n2018年6月3日\n\n江城发展有限公司（以下简称江发）成立于2019年，注册资本2亿元。\n\n"
            "当年江发营业收入增长三成。\n")
    r = segments(text)
    ok(r[3].get("context") == {"year": "2019"}, "the last year named above", r[3])
    ok(r[2].get("context") is None, "a byline names no year", r[2])
    ok(r[3].get("aliases") == [{"alias": "江发", "name": "江城发展有限公司"}], "aliases", r[3])
    ok(segments(text.replace("当年江发", "当年"))[3].get("aliases") is None, "aliases that the block does not use", r[3])
    ok(r[3].get("heading") == "三年的变化", "the heading above", r[3])
    text = ("江城2023年统计公报\n\n一、综合\n\n粮食产量比2020年增长三成。\n\n"
            "年末常住人口三十万人。\n")
    r = segments(text)
    ok(r[3].get("context") == {"year": "2023", "title": "江城2023年统计公报"},
       "year and title of the article", r[3])
    text = ("江口8月份居民消费价格上涨1%。\n\n从环比看，食品价格上涨2%。\n\n蔬菜价格上涨3%。\n\n"
            "现将2020年11月1日普查数据公布如下：\n\n常住人口三十万人。\n")
    r = segments(text)
    ok([x.get("context", {}).get("period") for x in r] ==
       [None, "8月份", None, None, "2020年11月1日"], "the period that a block goes on with", r)


def halves():
    a = "全市建设了一批科技创新平台，带动企业科技投入增长两成，其中制造业企业的表现最突出，这说明加大科技"
    b = "创新的路子走对了，各区县都有收获。"
    text = a + "\n\n图片说明不在这里\n\n" + b + "\n"
    r = segments(text)
    ok([x["text"] for x in r if x["kind"] == "paragraph"] == [a + b] and
       len(r[0].get("src_parts", [])) == 2, "halves with a heading between", r)
    r = segments(a + "\n\n（下转5版）\n\n" + "另一篇文章从这里开始，与上文无关。\n")
    ok(r[0].get("cut") == "end" and r[0]["text"] == a, "a half alone is marked", r)
    # aligned records: the second half keeps its own place
    ok(segments(text)[0]["align"][0] == 0, "and the halves keep their places")


def splits():
    """Any page, cut anywhere into records, gives each record's blocks by itself."""
    rng = random.Random(7)
    alphabet = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面" \
               "，。、：；！？“”（）《》…—■□●123.% \n\n\n#-*|\t记者摄新华社电版上接下转"
    bad = []
    docs = []
    for i in range(300):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 400)))
        docs.append({"id": str(i), "text": text})
    data = "".join(json.dumps(d, ensure_ascii=False) + "\n" for d in docs).encode()
    status, out, err = run("segment", data)
    per = {}
    for r in records(out):
        per.setdefault(r["doc"], []).append(r)
    for d in docs:
        have = per.get(d["id"], [])
        raw = d["text"].encode()
        got = "".join(sorted("".join(r["text"] for r in have)))
        marks = lambda s: "".join(sorted(re.sub(r"[\s*#>|_=:+\-]", "", s)))
        if marks(got) != marks(d["text"]):
            bad.append("characters of %r" % d["text"])
        for r in have:
            parts = r.get("src_parts") or [r["src"]]
            if marks("".join(raw[a:b].decode() for a, b in parts)) != marks(r["text"]):
                bad.append("src of %r" % r["text"])
    ok(status == 0 and not bad, "random pages keep every character and its place", *bad[:3])
    alone = b"".join(run("segment", (json.dumps(d) + "\n").encode())[1] for d in docs[:20])
    ok(alone == run("segment", "".join(json.dumps(d) + "\n" for d in docs[:20]).encode())[1],
       "one document at a time gives the same")


def writings():
    """A page in Traditional writing gives the blocks, speakers and headings of the same page in Simplified."""
    with open("rules/simplified.tsv", encoding="utf-8") as f:
        pairs = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")][1:]
    simple = {ord(p[0]): p[1] for p in pairs}
    traditional = {ord(p[1]): p[0] for p in reversed(pairs)}
    paths = sorted(glob.glob("fixtures/segment/*/page.txt"))
    bad = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            text = f.read().translate(simple)
        other = segments(text.translate(traditional))
        if json.dumps(other, ensure_ascii=False).translate(simple) != json.dumps(segments(text), ensure_ascii=False):
            bad.append(path)
        if "".join(r["text"] for r in other).translate(simple).translate(traditional) != "".join(r["text"] for r in other):
            bad.append(path + ": not as it is written")
    ok(len(paths) > 9 and not bad, "pages in Traditional writing", *bad)


def asking():
    status, out, _ = run("segment", b"", "--check")
    ok(status == 0, "--check", *[l for l in out.decode().splitlines() if l.startswith("not")][:5])
    ok(run("segment", b"", "--by", "word")[0] == 2, "--by word is a mistake")
    ok(run("segment", b"", "-r", "/nonexistent.rules")[0] == 3, "rules that are not there")
    ok(b"segment.rules" in run("segment", b"", "--list-rules")[1], "--list-rules")
    ok(run("segment", b"")[:2] == (0, b""), "nothing in, nothing out")
    ok(run("segment", b'{"id":"a","text":"x"\n')[0] == 1, "a bad line")


pages()
sentences()
documents()
halves()
splits()
writings()
asking()
print("1..%d" % number)
sys.exit(failed != 0)
