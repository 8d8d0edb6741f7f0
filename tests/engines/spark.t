#!/usr/bin/env python3
"""spark - the example as it is, local mode with several workers: the result of one machine"""
# SPDX-License-Identifier: MIT
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
sys.path[:0] = [HERE, os.path.join(TOP, "examples", "spark")]
try:
    import pyspark  # noqa: F401
except ImportError:
    print("1..0 # SKIP no pyspark (make test-engines installs it)")
    sys.exit(0)
import documents  # noqa: E402
import hansieve_spark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

COLUMNS = ("doc", "id", "text", "kind", "value", "low", "high", "unit", "iso", "qualifier", "metric", "scope", "period", "rule", "src_start", "src_end")


def single(path):
    """The rows of one machine."""
    key = ["--key", hansieve_spark.KEY]
    shell = " | ".join("%s/%s" % (BIN, f) for f in ("normalize --jsonl " + path, "segment", "extract-figures", "extract-entities", "dedupe " + " ".join(key)))
    out = subprocess.run(["bash", "-o", "pipefail", "-c", shell], stdout=subprocess.PIPE, check=True).stdout
    rows = []
    for line in out.decode().splitlines():
        r = json.loads(line)
        for f in r.get("figures", []):
            f["doc"], f["id"], (f["src_start"], f["src_end"]) = r["doc"], r["id"], f["src"]
            rows.append(tuple(f.get(c) for c in COLUMNS))
    return sorted(rows, key=repr)


def rows(frame):
    return sorted((tuple(r[c] for c in COLUMNS) for r in frame.collect()), key=repr)


def main():
    with tempfile.TemporaryDirectory() as dir_:
        path = os.path.join(dir_, "corpus.jsonl")
        documents.write(path, 1000)
        spark = (SparkSession.builder.master("local[4,4]").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
                 .config("spark.sql.shuffle.partitions", "4").config("spark.local.dir", dir_).getOrCreate())
        spark.sparkContext.setLogLevel("OFF")
        one = single(path)
        print("ok 1 - one machine finds figures (%d)" % len(one) if len(one) > 1000 else "not ok 1 - one machine finds figures")
        lines = spark.sparkContext.textFile(path, minPartitions=7)
        print("%s 2 - seven partitions, the same rows" % ("ok" if rows(hansieve_spark.figures(spark, lines, BIN, 5)) == one else "not ok"))
        frame = spark.read.json(path).repartition(3)
        print("%s 3 - from a DataFrame" % ("ok" if rows(hansieve_spark.figures_of(frame, BIN, 3)) == one else "not ok"))

        # A filter that is killed half-way, once in each partition: the task is tried again.
        wrapped = os.path.join(dir_, "bin")
        os.mkdir(wrapped)
        for name in ("normalize", "segment", "extract-entities", "dedupe"):
            os.symlink(os.path.join(BIN, name), os.path.join(wrapped, name))
        with open(os.path.join(wrapped, "extract-figures"), "w", encoding="utf-8") as f:
            f.write("#!/bin/bash\nPATH=/usr/bin:/bin\nif mkdir %s/killed 2>/dev/null; then %s/extract-figures | head -c 20000; kill -9 $$; fi\nexec %s/extract-figures\n" % (dir_, BIN, BIN))
        os.chmod(os.path.join(wrapped, "extract-figures"), 0o755)
        again = rows(hansieve_spark.figures(spark, lines, wrapped, 5))
        print("%s 4 - a filter killed half-way, the result whole" % ("ok" if again == one and os.path.isdir(dir_ + "/killed") else "not ok"))
        out = os.path.join(dir_, "figures.parquet")
        hansieve_spark.figures(spark, lines, BIN, 5).write.parquet(out)
        print("%s 5 - written to and read from Parquet" % ("ok" if rows(spark.read.parquet(out)) == one else "not ok"))
        print("1..5")
        spark.stop()


main()
