#!/usr/bin/env python3
"""hadoop - examples/hadoop/run.sh under Hadoop's local runner: the survivors of one machine

CLASSPATH must hold hadoop-streaming and a Hadoop client; make test-engines sets it.
"""
# SPDX-License-Identifier: MIT
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("BIN", os.path.join(TOP, "bin"))
sys.path.insert(0, HERE)
import documents  # noqa: E402

if "hadoop-streaming" not in os.environ.get("CLASSPATH", ""):
    print("1..0 # SKIP no Hadoop Streaming in CLASSPATH (make test-engines fetches it)")
    sys.exit(0)
KEY = "68616e73696576652f6861646f6f7030"


def main():
    with tempfile.TemporaryDirectory() as dir_:
        source = os.path.join(dir_, "in")
        os.mkdir(source)
        documents.write(source + "/corpus.jsonl", 300)
        open(source + "/empty.jsonl", "w").close()
        shell = " | ".join("%s/%s" % (BIN, f) for f in ("normalize --jsonl %s/corpus.jsonl" % source, "segment", "extract-figures", "extract-entities", "dedupe --key " + KEY))
        one = subprocess.run(["bash", "-o", "pipefail", "-c", shell], stdout=subprocess.PIPE, check=True).stdout
        env = {**os.environ, "HADOOP": "java org.apache.hadoop.streaming.HadoopStreaming", "HANSIEVE": BIN,
               "OPTIONS": "-D mapreduce.framework.name=local -D fs.defaultFS=file:/// -D hadoop.tmp.dir=%s/tmp" % dir_}
        p = subprocess.run([TOP + "/examples/hadoop/run.sh", source, dir_ + "/out"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        good = p.returncode == 0
        print("%s 1 - both jobs end well" % ("ok" if good else "not ok"))
        if not good:
            print("# " + p.stdout.decode()[-3000:].replace("\n", "\n# "))
        many = []
        for path in glob.glob(dir_ + "/out/part-*"):
            many += [line.rstrip(b"\t") for line in open(path, "rb").read().splitlines()]
        same = sorted(many) == sorted(one.splitlines())
        print("%s 2 - the lines of one machine (%d)" % ("ok" if same else "not ok", len(many)))
        print("1..2")


main()
