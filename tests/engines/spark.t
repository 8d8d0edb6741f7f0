#!/usr/bin/env python3
"""spark - the example as it is, local mode with several workers: the result of one machine"""
# SPDX-License-Identifier: MIT
import os
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
import spark_rows  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402


def main():
    with tempfile.TemporaryDirectory() as dir_:
        path = os.path.join(dir_, "corpus.jsonl")
        documents.write(path, 300)
        spark = (SparkSession.builder.master("local[4,4]").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
                 .config("spark.sql.shuffle.partitions", "4").config("spark.local.dir", dir_).getOrCreate())
        spark.sparkContext.setLogLevel("OFF")
        one = spark_rows.single(path, BIN, hansieve_spark.KEY)
        print("ok 1 - one machine finds figures (%d)" % len(one) if len(one) > 1000 else "not ok 1 - one machine finds figures")
        lines = spark.sparkContext.textFile(path, minPartitions=7)
        print("%s 2 - seven partitions, the same rows" % ("ok" if spark_rows.of(hansieve_spark.figures(spark, lines, BIN, 5)) == one else "not ok"))
        frame = spark.read.json(path).repartition(3)
        print("%s 3 - from a DataFrame" % ("ok" if spark_rows.of(hansieve_spark.figures_of(frame, BIN, 3)) == one else "not ok"))

        # A filter that is killed half-way, once: the task is tried again.
        wrapped = os.path.join(dir_, "bin")
        os.mkdir(wrapped)
        for name in ("normalize", "segment", "extract-entities", "dedupe"):
            os.symlink(os.path.join(BIN, name), os.path.join(wrapped, name))
        with open(os.path.join(wrapped, "extract-figures"), "w", encoding="utf-8") as f:
            f.write("#!/bin/bash\nPATH=/usr/bin:/bin\nif mkdir %s/killed 2>/dev/null; then %s/extract-figures | head -c 20000; kill -9 $$; fi\nexec %s/extract-figures\n" % (dir_, BIN, BIN))
        os.chmod(os.path.join(wrapped, "extract-figures"), 0o755)
        again = spark_rows.of(hansieve_spark.figures(spark, lines, wrapped, 5))
        print("%s 4 - a filter killed half-way, the result whole" % ("ok" if again == one and os.path.isdir(dir_ + "/killed") else "not ok"))
        out = os.path.join(dir_, "figures.parquet")
        hansieve_spark.figures(spark, lines, BIN, 5).write.parquet(out)
        print("%s 5 - written to and read from Parquet" % ("ok" if spark_rows.of(spark.read.parquet(out)) == one else "not ok"))
        print("1..5")
        spark.stop()


main()
