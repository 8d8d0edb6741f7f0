#!/usr/bin/env python3
"""hansieve_spark - figures out of a corpus of any size, with the filters as they are

usage: spark-submit hansieve_spark.py [--hansieve DIR] [--parts N] [--format parquet|csv|json] INPUT OUTPUT

INPUT   JSON Lines with "text", and where known "id" and "date"; anything Spark reads
OUTPUT  a new folder: a row a figure, each fact's first printing only

DIR holds the filters and ../rules or ../share/hansieve/rules beside it: bin/ of the source tree,
libexec/hansieve of an installation, or what --archives unpacked. It must be there on every worker.
"""
# SPDX-License-Identifier: MIT
import argparse
import os
import shlex

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, LongType, StringType, StructField, StructType

TEXT, LONG = StringType(), LongType()
CHANGE = StructType([StructField("direction", TEXT), StructField("basis", TEXT)])
FIGURE = StructType(
    [StructField(n, TEXT) for n in ("text", "kind", "value", "low", "high", "unit", "iso", "qualifier", "metric", "scope", "period", "rule")]
    + [StructField("start", LONG), StructField("end", LONG), StructField("src", ArrayType(LONG)), StructField("change", CHANGE)])
# Values are strings: a double would not carry them. Cast to DECIMAL(38,10) where that is enough.
SEGMENT = StructType([StructField(n, TEXT) for n in ("id", "doc", "source", "date", "kind", "text", "speaker")]
                     + [StructField("figures", ArrayType(FIGURE))])
# One key for all workers; a corpus that strangers may write to deserves a secret one.
KEY = "68616e73696576652f737061726b2f30"


def pipe(rdd, dir_, *filters):
    """The filters, one process each, over the lines of every partition.

    checkCode: without it Spark takes half an output for the whole. pipefail: a filter that dies in
    the middle must not look like the end of the input. The environment of the filters is empty.
    """
    line = " | ".join(" ".join([shlex.quote(os.path.join(dir_, f[0]))] + list(f[1:])) for f in filters)
    return rdd.pipe("bash -o pipefail -c " + shlex.quote(line), checkCode=True)


def by_key(rdd, parts, dir_):
    """Groups equal keys together, sorted, and lets dedupe look at each group."""
    pairs = rdd.map(lambda line: (line[:17], line[18:]))
    grouped = pairs.repartitionAndSortWithinPartitions(parts)
    return pipe(grouped.map(lambda pair: pair[0] + "\t" + pair[1]), dir_, ["dedupe", "--by-key", "--key", KEY])


def segments(lines, dir_, parts):
    """Lines of JSON with "text" -> lines of segments with figures and entities, repeats dropped."""
    found = pipe(lines, dir_, ["normalize", "--jsonl"], ["segment"], ["extract-figures"], ["extract-entities"],
                 ["dedupe", "--emit-keys", "--key", KEY])
    return by_key(by_key(found, parts, dir_), parts, dir_)


def figures(spark, lines, dir_, parts=8):
    """The same as a DataFrame with a row a figure."""
    table = spark.read.json(segments(lines, dir_, parts), schema=SEGMENT)
    rows = table.select("id", "doc", "source", "date", "speaker", F.col("text").alias("passage"), F.explode("figures").alias("f"))
    return rows.select("doc", "id", "source", "date", "speaker", "passage", *("f." + f.name for f in FIGURE.fields[:12]),
                       F.col("f.change.direction").alias("direction"), F.col("f.change.basis").alias("basis"),
                       F.col("f.src")[0].alias("src_start"), F.col("f.src")[1].alias("src_end"))


def figures_of(frame, dir_, parts=8):
    """For a DataFrame with the columns text, id, date (others are not looked at)."""
    columns = [c for c in ("id", "date", "text") if c in frame.columns]
    return figures(frame.sparkSession, frame.select(*columns).toJSON(), dir_, parts)


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--hansieve", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bin"))
    p.add_argument("--parts", type=int, default=8)
    p.add_argument("--format", choices=("parquet", "csv", "json"), default="parquet")
    p.add_argument("input")
    p.add_argument("output")
    args = p.parse_args()
    spark = SparkSession.builder.appName("hansieve").getOrCreate()
    lines = spark.sparkContext.textFile(args.input, minPartitions=args.parts)
    rows = figures(spark, lines, os.path.abspath(args.hansieve), args.parts)
    rows.write.format(args.format).option("header", "true").save(args.output)
    spark.stop()


if __name__ == "__main__":
    main()
