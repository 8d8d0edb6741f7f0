#!/usr/bin/env python3
"""database - examples/database in DuckDB and PostgreSQL: types right, five questions, one answer"""
# SPDX-License-Identifier: MIT
import csv
import decimal
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
SQL = os.path.join(TOP, "examples", "database")
sys.path.insert(0, HERE)
import documents  # noqa: E402


# Two papers that disagree, and what the questions must say of them.
PAPERS = ("2023年全市地区生产总值412.35亿元，同比增长6.6%，比上年提高0.5个百分点。出口额下降3.2%。",
          "2023年全市地区生产总值达到412.53亿元，这一数字与去年的通稿不同。")
GROWTH, MONEY = ("全市", "地区生产总值", "2023", "6.6"), ("41235000000", "41253000000")
TYPES = ("DECIMAL(38,6) DATE BIGINT INTEGER", "numeric date bigint integer")


def questions():
    text = "\n".join(line for line in open(SQL + "/questions.sql", encoding="utf-8") if not line.startswith("--"))
    return [q.strip() for q in text.split(";") if q.strip()]


def plain(rows):
    """Rows as text: the two databases print decimals and NULL in ways of their own."""
    def cell(c):
        if c is None:
            return ""
        try:
            return str(decimal.Decimal(str(c)).normalize())
        except decimal.InvalidOperation:
            return str(c)
    return [tuple(cell(c) for c in row) for row in rows]


def duckdb_answers(path):
    import duckdb
    db = duckdb.connect()
    db.execute(open(SQL + "/table.sql", encoding="utf-8").read())
    db.execute("COPY figures_csv FROM '%s' (HEADER, NULL '')" % path)
    out = []
    for q in questions():
        got = db.execute(q)
        if q.startswith("SELECT"):
            out.append(plain(got.fetchall()))
    kinds = db.execute("SELECT typeof(amount), typeof(date), typeof(start_byte), typeof(year) FROM figures LIMIT 1").fetchone()
    return out, " ".join(kinds)


def postgres_answers(path, dir_):
    found = sorted(os.path.dirname(p) for p in glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"))
    if not found:
        return None, None
    bin_, data, sock = found[-1], os.path.join(dir_, "pg"), os.path.join(dir_, "sock")
    os.mkdir(sock)
    as_user = []
    if os.getuid() == 0:  # the server refuses root
        os.chmod(dir_, 0o755)
        os.mkdir(data, 0o700)
        subprocess.run(["chown", "-R", "nobody", data, sock], check=True)
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

    def do(*words, **more):
        return subprocess.run([*as_user, *words], check=True, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout.decode()

    do(bin_ + "/initdb", "-D", data, "-A", "trust", "-U", "h", "-E", "UTF8", "--locale=C")
    do(bin_ + "/pg_ctl", "-D", data, "-w", "-l", data + "/log", "-o", "-k %s -c listen_addresses=''" % sock, "start")
    try:
        psql = ["/usr/bin/psql", "-h", sock, "-U", "h", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "--csv", "-t"]
        do(*psql, input=open(SQL + "/table.sql", "rb").read())
        do(*psql, "-c", "\\copy figures_csv FROM '%s' WITH (FORMAT csv, HEADER)" % path)
        out = []
        for q in questions():
            got = do(*psql, "-c", q)
            if q.startswith("SELECT"):
                out.append(plain(csv.reader(got.splitlines(True))))
        kinds = do(*psql, "-c", "SELECT pg_typeof(amount), pg_typeof(date), pg_typeof(start_byte), pg_typeof(year) FROM figures LIMIT 1")
        return out, kinds.strip().replace(",", " ")
    finally:
        do(bin_ + "/pg_ctl", "-D", data, "-m", "immediate", "stop")


def main():
    n = 0

    def ok(good, name):
        nonlocal n
        n += 1
        print("%s %d - %s" % ("ok" if good else "not ok", n, name))

    with tempfile.TemporaryDirectory() as dir_:
        os.chmod(dir_, 0o755)
        documents.write(dir_ + "/in.jsonl", 300)
        with open(dir_ + "/in.jsonl", "a", encoding="utf-8") as f:
            for i, text in enumerate(PAPERS):
                f.write(documents.json.dumps({"id": "paper%d" % i, "source": "paper%d" % i, "date": "2024-03-07", "text": text}, ensure_ascii=False) + "\n")
        path = dir_ + "/figures.csv"
        shell = " | ".join("%s/%s" % (BIN, f) for f in ("normalize --jsonl %s/in.jsonl" % dir_, "segment", "extract-figures", "extract-entities", "dedupe", "to-csv"))
        with open(path, "wb") as f:
            subprocess.run(["bash", "-o", "pipefail", "-c", shell], stdout=f, check=True)
        os.chmod(path, 0o644)
        try:
            duck, duck_types = duckdb_answers(path)
        except ImportError:
            duck = duck_types = None
            print("# no duckdb")
        pg, pg_types = postgres_answers(path, dir_)
        for name, answers, types, asked in (("DuckDB", duck, duck_types, TYPES[0]), ("PostgreSQL", pg, pg_types, TYPES[1])):
            if answers is None:
                continue
            ok(types == asked, "%s has the types %s" % (name, types))
            ok(len(answers) == 5, name + " loads the rows and answers five questions")
            ok(len(answers[0]) > 10 and len(answers[1]) == 10, name + " finds growth and money")
            ok(GROWTH in answers[0], name + " knows how a metric grew")
            ok(any((r[3], r[5]) == plain([MONEY])[0] for r in answers[2]), name + " finds two papers that disagree")
        if duck and pg:
            for i, (a, b) in enumerate(zip(duck, pg)):
                ok(sorted(a) == sorted(b), "question %d: the same answer from both (%d rows)" % (i + 1, len(a)))
    print("1..%d" % n if n else "1..0 # SKIP no database")


main()
