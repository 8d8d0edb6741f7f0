#!/usr/bin/env python3
"""extract-entities - examples of the rules, labels, links, the speed of long lists"""
# SPDX-License-Identifier: MIT
import glob
import itertools
import json
import os
import subprocess
import sys
import tempfile

BIN = os.environ.get("BIN", os.path.abspath("bin"))
count = itertools.count(1)
failed = 0


def ok(good, name, why=""):
    global failed
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", next(count), name))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def run(records, *args):
    lines = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()
    p = subprocess.run([BIN + "/extract-entities", *args], input=lines, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in p.stdout.decode().splitlines()]


def found(text, *args, **fields):
    return {e["text"]: e for e in run([dict(text=text, **fields)], *args)[0]["entities"]}


p = subprocess.run([BIN + "/extract-entities", "--check"], stdout=subprocess.PIPE)
bad = [line for line in p.stdout.decode().splitlines() if line.startswith("not ok")]
ok(p.returncode == 0 and b"\nok" in p.stdout, "the examples of the rules come out", "\n".join(bad))

text = "涪陵区经济信息委党组书记、主任陈远方在北京出席全国两会，介绍“33618”现代制造业集群体系。"
all_ = found(text)
for label in sorted({e["label"] for e in all_.values()}):
    some = found(text, "--labels", label)
    ok(some == {t: e for t, e in all_.items() if e["label"] == label}, "--labels %s gives those and no others" % label, some)
ok(all(text[e["start"]:e["end"]] == t for t, e in all_.items()), "offsets are code points")
ok(all(text.encode()[e["src"][0] - 7:e["src"][1] - 7].decode() == t for t, e in found(text, src=[7, 999]).items()),
   "src is bytes of the source")
e = all_.get("陈远方", {})
ok(e.get("title") == "党组书记、主任" and e.get("org") == "涪陵区经济信息委", "a person's posts and body", e)
ok(all_["北京"].get("code") == "110000" and all_["北京"].get("name") == "北京市", "a place's code and full name")

a = run([{"text": "北京的天气。"}, {"text": "到北京市去。"}])
ok(a[0]["entities"][0]["id"] == a[1]["entities"][0]["id"], "one id for 北京 and 北京市", a)
ok(run(run([{"text": text}])) == run([{"text": text}]), "a second run changes nothing")

# Traditional writing: the same names at the same places under the same id, cut from the text as it is written.
pairs = [line.rstrip("\n").split("\t") for line in open("rules/simplified.tsv", encoding="utf-8") if not line.startswith("#")][1:]
simple = {ord(p[0]): p[1] for p in pairs}
traditional = {ord(p[1]): p[0] for p in reversed(pairs)}
texts = [t.translate(simple) for path in sorted(glob.glob("fixtures/extract-entities/*/in.jsonl"))
         for line in open(path, encoding="utf-8") if line.startswith("{")
         for t in [json.loads(line).get("text")] if isinstance(t, str)]
plain, other = run([{"text": t} for t in texts]), run([{"text": t.translate(traditional)} for t in texts])
odd = [(a, b) for x, y in zip(plain, other) for a, b in itertools.zip_longest(x["entities"], y["entities"])
       if a is None or b is None or any(a.get(k) != b.get(k) for k in ("start", "end", "label", "name", "code", "rule"))
       or b["text"] != a["text"].translate(traditional) or str(a.get("id")).translate(simple) != str(b.get("id")).translate(simple)]
ok(len(texts) > 20 and not odd, "Traditional writing gives what Simplified writing gives", odd)
e = found("北京與臺灣。", aliases=[])
ok(e["臺灣"]["id"] == found("台湾")["台湾"]["id"], "one id for either writing", e)

alias = [{"alias": "博宇", "name": "涪陵博宇建筑有限公司"}]
ok(found("博宇进场。", aliases=alias).get("博宇", {}).get("name") == alias[0]["name"], "the document's aliases")
ok("博宇" not in found("博宇进场。"), "without which it is no name")
ok(found("随后方圆以为不然。", speaker="方圆").get("方圆", {}).get("label") == "PERSON", "the speaker is a person")

head, row = "surface\tlabel\tcode\tname\n", "晨溪玻璃\tORG\tC9\t晨溪玻璃厂"
with tempfile.TemporaryDirectory() as d:
    path = d + "/own.tsv"
    for name, list_ in {
        "of a page of memory, without a last line feed": head + "#" * (4095 - len((head + row).encode())) + "\n" + row,
        "in UTF-16 with CRLF, as a spreadsheet program saves it": (head + row + "\n").replace("\n", "\r\n"),
    }.items():
        with open(path, "wb") as f:
            f.write(list_.encode("UTF-16" if "UTF-16" in name else "UTF-8"))
        e = found("他到晨溪玻璃去。", "-l", path).get("晨溪玻璃", {})
        ok((e.get("name"), e.get("code")) == ("晨溪玻璃厂", "C9"), "a list " + name, e)
    with open(d + "/own.rules", "w", encoding="utf-8") as f:
        f.write("rules 1\n[list own]\nfile %s\nas word\n" % path)
    with open(path, "w", encoding="utf-8") as f:
        f.write("surface\n晨溪\n")
    p = subprocess.run([BIN + "/extract-entities", "-r", d + "/own.rules"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    ok(p.returncode == 3 and b'no column "count"' in p.stderr, "a list of words, beside the rule file, needs their counts", p.stderr)

    # Words that begin alike lie side by side in the index: each is found, and none that is not there.
    some = sorted({"铭" + "".join(w[:n]) for w in itertools.product("锴珞", repeat=10) for n in (1, 4, 6, 10) if sum(map(ord, w)) % 3})
    with open(path, "w", encoding="utf-8") as f:
        f.write("surface\tlabel\n" + "".join(w + "\tFAC\n" for w in reversed(some)))
    e = run([{"text": "，".join(some)}], "-l", path)[0]["entities"]
    ok([x["text"] for x in e] == some, "%d words of the same characters" % len(some), len(e))
    for what, bad in {"no such label": "晨溪\tORGAN".encode(), "not UTF-8": b"\xe6\x99\tORG", "no word": b"\tORG"}.items():
        with open(path, "wb") as f:
            f.write(b"surface\tlabel\n" + "甲乙\tORG\n".encode() + bad + b"\n")
        p = subprocess.run([BIN + "/extract-entities", "-l", path], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        ok(p.returncode == 3 and b":3: " + what.encode() in p.stderr, "a list with a bad line: " + what, p.stderr)

# A post that looked through all names before it took 60 times the time for 8 times the text.
times = []
for n in (40000, 320000):
    t0 = os.times().children_user
    names = len(run([{"text": "重庆市经济信息委主任说，" * n}])[0]["entities"])
    times.append(os.times().children_user - t0)
    ok(names == 2 * n, "a text of %d names" % names)
ok(times[1] < 24 * times[0], "long texts take linear time", times)

# PCRE2 looked for the end of a title to the end of the text, at each beginning of one: 30 s for this.
t0 = os.times().children_user
run([{"text": "《" * 500000}])
ok(os.times().children_user - t0 < 8, "titles that never end take linear time", os.times().children_user - t0)

with tempfile.TemporaryDirectory() as d:
    times = {}
    body = [{"text": "今天的天气很好，大家一起去春游，路上看见许多花草树木，心情愉快。" * 4}] * 4000
    han = [chr(0x4E00 + i) for i in range(3000)]
    for n in (1000, 100000):
        path = "%s/%d.tsv" % (d, n)
        with open(path, "w", encoding="utf-8") as f:
            f.write("surface\tlabel\n")
            for i in range(n):
                f.write("%s%s%s%s\tORG\n" % (han[i % 3000], han[i * 7 % 3000], han[i * 13 % 2999], han[i // 3000]))
        run([], "-l", path)
        start = []
        for _ in range(5):
            t0 = os.times().children_user
            run(body, "-l", path)
            t1 = os.times().children_user
            run([], "-l", path)
            start.append((t1 - t0) - (os.times().children_user - t1))
        times[n] = min(start)
    ok(times[100000] <= 1.5 * times[1000] + 0.1, "100,000 words more cost no more than 1,000", times)

print("1..%d" % (next(count) - 1))
sys.exit(failed != 0)
