#!/usr/bin/env python3
"""dedupe - repeats found, nothing lost, the same survivors however the input is cut"""
# SPDX-License-Identifier: MIT
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile

BIN = os.environ.get("BIN", os.path.abspath("bin"))
KEY = ["--key", "000102030405060708090a0b0c0d0e0f"]
count = itertools.count(1)
failed = 0


def ok(good, name, why=""):
    global failed
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", next(count), name))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def dedupe(records, *args, status=0):
    lines = b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" if isinstance(r, dict) else r for r in records)
    p = subprocess.run([BIN + "/dedupe", *args], input=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if p.returncode != status:
        ok(False, "exit status of " + " ".join(args), "%d %s" % (p.returncode, p.stderr.decode()))
    dedupe.err = p.stderr.decode()
    return p.stdout


def rows(out):
    return [json.loads(line) for line in out.decode().splitlines()]


def passage(i, text, **more):
    return {"id": "p#%d" % i, "doc": "p", "source": "p.txt", "text": text, "src": [i * 1000, i * 1000 + len(text.encode())], **more}


LONG = ("全市规模以上工业企业去年完成营业收入两万余亿元，其中汽车、电子两个支柱产业贡献过半，"
        "材料和装备制造业保持平稳。园区负责人表示，下一步将围绕链主企业布局配套项目，"
        "推动上下游企业在同一片厂区里完成协作。")
HALF = "园区负责人表示，下一步将围绕链主企业布局配套项目，推动上下游企业在同一片厂区里完成协作。"
OTHER = "老旧小区的停车难题由居民自己商量着解决，业委会拿出方案，社区负责监督，物业公司照章执行。"

# --- what counts as a repeat ---
quoted = LONG.replace("园区负责人表示，", "园区负责人表示： ").replace("。", ".")
got = rows(dedupe([passage(1, LONG), passage(2, quoted)], "--mark"))
ok(got[1].get("repeat_of") == "p#1" and got[1]["repeat"] == "exact" and got[1]["similarity"] == 1,
   "blanks and punctuation do not count", got)
misread = LONG.replace("贡献过半", "贡献过平").replace("厂区里", "广区里")
got = rows(dedupe([passage(1, LONG), passage(2, misread)], "--mark"))
ok(got[1].get("repeat") == "near" and 0.65 <= got[1]["similarity"] < 1, "two characters misread", got)
got = rows(dedupe([passage(1, LONG), passage(2, HALF)], "--mark"))
ok(got[1].get("repeat") == "contained" and got[1]["repeat_of"] == "p#1", "half of an earlier passage", got)
got = rows(dedupe([passage(1, HALF), passage(2, LONG)], "--mark"))
ok("repeat_of" not in got[1] and got[1].get("kin", [{}])[0].get("how") == "contains", "the whole after its half is no repeat", got)
got = rows(dedupe([passage(1, LONG), passage(2, OTHER)], "--mark"))
ok("repeat_of" not in got[1] and "kin" not in got[1], "two different passages", got)
for a, b in (("增长6.6%", "增长6.8%"), ("两万余亿元", "三万余亿元"), ("增长25家", "增长2.5家"), ("降到-5度", "降到5度")):
    one, two = LONG.replace("两万余亿元", a), LONG.replace("两万余亿元", b)
    got = rows(dedupe([passage(1, one), passage(2, two)]))
    ok(len(got) == 2, "another number is another passage: %s, %s" % (a, b))
got = rows(dedupe([passage(1, "同比增长"), passage(2, "同比增长")]))
ok(len(got) == 2, "a passage of four characters is no repeat")
got = rows(dedupe([passage(i, OTHER) for i in range(1, 200)]))
ok([r["id"] for r in got] == ["p#1"], "two hundred copies leave the first", [r["id"] for r in got])
got = rows(dedupe([passage(1, LONG), passage(2, LONG), passage(3, misread)], "--exact"))
ok([r["id"] for r in got] == ["p#1", "p#3"], "--exact takes the same words alone")

# --- nothing lost ---
raw = [b'{"x":12345678901234567890,"y":0.10}\n', b'[1,2]\n', b'{"text":7}\n', b'{"text":"\\u4e2d","z":1e400}\n'] * 2
ok(dedupe(raw) == b"".join(raw), "records without a passage pass byte for byte, each time")
once = dedupe([passage(1, LONG), passage(2, HALF), passage(3, misread), passage(4, OTHER)], "--mark")
ok(dedupe([once], "--mark") == once, "run twice over its own output, the same bytes")
ok(dedupe([passage(1, LONG), passage(2, misread)], "--mark") == dedupe([passage(1, LONG), passage(2, misread)], "--mark"),
   "the key of a run does not show")

# --- --gather ---
got = rows(dedupe([passage(1, LONG), passage(2, OTHER), passage(3, LONG), passage(4, HALF), passage(5, LONG)], "--gather"))
ok([r["id"] for r in got] == ["p#1", "p#2"] and [a["id"] for a in got[0]["also_in"]] == ["p#3", "p#4", "p#5"]
   and got[0]["also_in"][0]["src"] == [3000, 3000 + len(LONG.encode())] and "also_in" not in got[1],
   "--gather lists where else, in input order", got)

got = rows(dedupe([passage(1, LONG), passage(2, misread), passage(3, misread)], "--gather"))
ok([(a["id"], a["similarity"] == 1) for a in got[0]["also_in"]] == [("p#2", False), ("p#3", True)],
   "an exact repeat of a near one is told as exact, of the first", got)

# --- --facts ---
def figure(value, start, **more):
    return {"text": value, "start": start, "end": start + 3, "kind": "money", "value": value, "unit": "CNY",
            "metric": "营业收入", "scope": "全市", "period": "2023", **more}


records = [passage(1, LONG, figures=[figure("100", 3)]), passage(2, OTHER, figures=[figure("100", 5), figure("7", 9, metric="利润")]),
           passage(3, "第三段话说的是另一回事，和前面两段都没有关系，只是数字对不上。", figures=[figure("90", 2)])]
got = rows(dedupe(records, "--facts", "--mark"))
ok(got[1]["figures"][0].get("repeat_of") == "p#1@3" and "repeat_of" not in got[1]["figures"][1], "the same fact again", got[1])
ok(got[2]["figures"][0].get("conflict") == {"with": "p#1@3", "value": "100"}, "another value for the same fact", got[2])
stale = passage(2, OTHER, figures=[figure("100", 5, repeat_of="p#9@3")])
stale = json.dumps(stale, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
got = rows(dedupe([records[0], stale], "--facts", "--mark"))
ok(got[1]["figures"][0].get("repeat_of") == "p#1@3", "a mark of an earlier run is replaced, also by one as long", got[1])
got = rows(dedupe(records, "--facts"))
ok([f["value"] for f in got[1]["figures"]] == ["7"], "a repeated fact is dropped", got)
ok("1 facts said again, 1 in conflict" in dedupe.err, "and counted", dedupe.err)
got = rows(dedupe([passage(1, LONG, figures=[figure("1", 3, period=None)]), passage(2, OTHER, figures=[figure("1", 3, period=None)])], "--facts", "--mark"))
ok("repeat_of" not in got[1]["figures"][0], "without a period nobody knows whether it is the same fact")

# --- --state ---
many_words = "秋收以后，村里的年轻人把晒谷场改成了球场，傍晚总有人在那里打球，老人们坐在旁边看。"
with tempfile.TemporaryDirectory() as dir:
    state = dir + "/seen.state"
    first = rows(dedupe([passage(1, LONG)], "--state", state))
    second = rows(dedupe([passage(2, misread), passage(3, OTHER)], "--state", state, "--mark"))
    third = rows(dedupe([passage(4, OTHER)], "--state", state))
    ok(len(first) == 1 and second[0].get("repeat_of") == "p#1" and "repeat_of" not in second[1] and third == [],
       "the state knows what earlier runs saw", (first, second, third))
    ok(os.listdir(dir) == ["seen.state"], "and leaves no temporary file", os.listdir(dir))
    os.chmod(state, 0o600)
    dedupe([passage(4, OTHER)], "--state", state)
    ok(os.stat(state).st_mode & 0o777 == 0o600, "a state that only its owner may read stays so")
    whole = open(state, "rb").read()
    for name, bytes_ in (("cut", whole[:-20]), ("damaged", whole[:200] + b"?" + whole[201:]), ("longer", whole + b"x"),
                         ("foreign", b"not a state\n"), ("empty", b"")):
        with open(state, "wb") as f:
            f.write(bytes_)
        out = dedupe([passage(5, LONG)], "--state", state, status=4)
        ok(out == b"" and open(state, "rb").read() == bytes_, "a %s state is refused and left alone" % name)
    with open(state, "wb") as f:
        f.write(whole)
    dedupe([passage(5, LONG)], "--state", state, "--shingle", "4", status=2)
    ok("other options" in dedupe.err, "a state of other options is refused", dedupe.err)
    for stop in (["--on-error=fail"], ["--max-errors", "0"]):
        dedupe([passage(6, many_words), b"{bad\n"], "--state", state, *stop, status=1)
        ok(open(state, "rb").read() == whole, "a run that %s ended leaves the state alone" % stop[0])

# --- memory ---
rnd = random.Random(3)
alphabet = [chr(0x4E00 + i) for i in range(0, 4000, 3)]
many = [passage(i, "".join(rnd.choice(alphabet) for _ in range(60))) for i in range(2000)]
dedupe(many, "--max-memory", "50K", status=4)
ok("--max-memory" in dedupe.err, "past the limit of memory it says so and ends", dedupe.err)

# --- the halves for an engine: any partition, the same survivors ---
corpus = list(many[:300])
for i in range(300, 700):
    text = list(rnd.choice(corpus)["text"])
    for _ in range(rnd.choice((0, 0, 1, 2))):
        text[rnd.randrange(len(text))] = rnd.choice(alphabet)
    corpus.append(passage(i, "".join(text)[: rnd.choice((60, 60, 40))]))
corpus += [passage(700 + i, "短") for i in range(3)] + [{"id": "p#800", "n": 1}]
one = sorted(r["id"] for r in rows(dedupe(corpus, *KEY)))
for trial in range(4):
    parts = [[] for _ in range(rnd.randint(1, 9))]
    for r in corpus:
        rnd.choice(parts).append(r)
    keyed = sorted(itertools.chain(*(dedupe(p, "--emit-keys", *KEY).splitlines(True) for p in parts)))
    groups = [b"".join(g) for _, g in itertools.groupby(keyed, lambda line: line[:17])]
    rnd.shuffle(groups)
    middle = []
    for i in range(0, len(groups), 500):
        middle += dedupe(groups[i:i + 500], "--by-key", *KEY).splitlines(True)
    many_ = sorted(r["id"] for r in rows(dedupe(sorted(middle), "--by-key", *KEY)))
    ok(one == many_, "%d parts leave the survivors of one" % len(parts), sorted(set(one) ^ set(many_)))
# --- a large group: of all its passages, a few are held ---
SIZE, TELLING = 30000, 32
texts = ["".join(rnd.choice(alphabet) for _ in range(60)) for _ in range(SIZE)]
texts += [texts[0], texts[TELLING - 1], texts[TELLING]]
group = b"".join(b"k0123456789abcdef\t" + json.dumps({"own": "%016x" % i, "source": "p.txt", "id": "p#%d" % i, "text": t}).encode() + b"\n"
                 for i, t in enumerate(texts))
with tempfile.TemporaryFile() as f:
    f.write(group)
    f.seek(0)
    limit = (60 << 20, 60 << 20) # the lines are 17 MB
    p = subprocess.run([BIN + "/dedupe", "--by-key", *KEY], stdin=f, capture_output=True,
                       preexec_fn=None if "SANITIZE" in os.environ else lambda: resource.setrlimit(resource.RLIMIT_AS, limit))
found = [json.loads(line.split(b"!")[1]) for line in p.stdout.splitlines()]
ok(p.returncode == 0 and [(r["id"], r["repeat_of"]) for r in found] ==
   [("p#%d" % (SIZE + i), "p#%d" % of) for i, of in enumerate((0, TELLING - 1))],
   "a group of %d: the first %d are told as repeated" % (SIZE, TELLING), (p.stderr, found))
dedupe([b"no key here\n"], "--by-key", status=1)
ok("no key" in dedupe.err, "a line without a key is reported", dedupe.err)

# --- usage ---
for args in (["--mark", "--gather"], ["--emit-keys", "--by-key"], ["--threshold", "2"], ["--threshold", "x"],
             ["--shingle", "9"], ["--key", "xyz"], ["--by-key", "--gather"], ["--max-memory", "-1"]):
    dedupe([], *args, status=2)
    ok(dedupe.err.startswith("dedupe: "), "refused: " + " ".join(args), dedupe.err)
print("1..%d" % (next(count) - 1))
sys.exit(failed != 0)
