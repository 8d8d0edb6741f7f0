"""spark_rows - the rows of one machine and those of Spark, to be compared"""
# SPDX-License-Identifier: MIT
import json
import subprocess

COLUMNS = ("doc", "id", "text", "kind", "value", "low", "high", "unit", "iso", "qualifier", "metric", "scope", "period", "rule", "src_start", "src_end")


def single(path, dir_, key):
    """The rows of one machine."""
    shell = " | ".join("%s/%s" % (dir_, f) for f in ("normalize --jsonl " + path, "segment", "extract-figures", "extract-entities", "dedupe --key " + key))
    out = subprocess.run(["bash", "-o", "pipefail", "-c", shell], stdout=subprocess.PIPE, check=True).stdout
    rows = []
    for line in out.decode().splitlines():
        r = json.loads(line)
        for f in r.get("figures", []):
            f["doc"], f["id"], (f["src_start"], f["src_end"]) = r["doc"], r["id"], f["src"]
            rows.append(tuple(f.get(c) for c in COLUMNS))
    return sorted(rows, key=repr)


def of(frame):
    return sorted((tuple(r[c] for c in COLUMNS) for r in frame.collect()), key=repr)
