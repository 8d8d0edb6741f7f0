#!/usr/bin/env python3
"""spark-cluster - a master and two workers; an executor, then a whole worker is killed half-way: the result of one machine"""
# SPDX-License-Identifier: MIT
import os
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.path.abspath(os.environ.get("BIN", os.path.join(TOP, "bin")))
sys.path[:0] = [HERE, os.path.join(TOP, "examples", "spark")]
try:
    import pyspark
except ImportError:
    print("1..0 # SKIP no pyspark (make test-engines installs it)")
    sys.exit(0)
import documents  # noqa: E402
import hansieve_spark  # noqa: E402
import spark_rows  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

PARTS = 6
FILTERS = ("normalize", "segment", "extract-figures", "extract-entities", "dedupe")
MAP, REDUCE = "extract-figures", "dedupe--by-key"
# A filter that notes its start and, where DIR/kill-NAME is there (its first argument belongs to the name), takes it away and kills the executor it
# runs under, once some output is written; with "worker" in that file, also the worker that started the
# executor. mv lets one of several through. The environment of a pipe in Spark is empty.
WRAPPER = r"""#!/bin/bash
PATH=/usr/bin:/bin
echo start >> {dir}/started-{name}$1
mv {dir}/kill-{name}$1 {dir}/kill.$$ 2> {dir}/mv.$$ || exec {bin}/{name} "$@"
{bin}/{name} "$@" | head -c 20000
parent() {{ sed -n 's/^PPid:\t//p' /proc/$1/status; }}
is() {{ tr '\0' ' ' < /proc/$1/cmdline | grep -q "$2"; }}
pid=$$
until is $pid executor.CoarseGrainedExecutorBackend || [ $pid -le 1 ]; do pid=$(parent $pid); done
[ $pid -gt 1 ] || exit 1
worker=$(parent $pid)
echo executor >> {dir}/killed
if grep -q worker {dir}/kill.$$ && is $worker deploy.worker.Worker; then
	kill -9 $worker
	echo worker >> {dir}/killed
fi
kill -9 $pid
exit 1
"""


def check(number, name, good, more=""):
    print("%sok %d - %s%s" % ("" if good else "not ", number, name, more), flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def read(path):
    return open(path, encoding="utf-8").read() if os.path.exists(path) else ""


def wait_for(what, there, seconds=120):
    end = time.time() + seconds
    while not there():
        if time.time() > end:
            sys.exit("spark-cluster: no %s in %d s" % (what, seconds))
        time.sleep(0.2)


class Cluster:
    """spark-class is what sbin/start-master.sh and start-worker.sh call. All of it on the loopback device."""

    def __init__(self, dir_):
        self.dir, self.children = dir_, []
        os.environ.update(SPARK_HOME=os.path.dirname(pyspark.__file__), SPARK_LOCAL_IP="127.0.0.1", SPARK_DAEMON_MEMORY="256m",
                          PYSPARK_PYTHON=sys.executable)
        os.environ.pop("CLASSPATH", None)
        self.url = "spark://127.0.0.1:%d" % free_port()
        self.start("master", "deploy.master.Master", "--host", "127.0.0.1", "--port", self.url.split(":")[-1], "--webui-port", "0")
        wait_for("master", lambda: "New state: ALIVE" in read(dir_ + "/master.log"))
        for k in range(2):
            self.start("worker%d" % k, "deploy.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "600m",
                       "--work-dir", "%s/work%d" % (dir_, k), self.url)
        wait_for("workers", lambda: all("Successfully registered" in read("%s/worker%d.log" % (dir_, k)) for k in range(2)))

    def start(self, name, what, *args):
        with open("%s/%s.log" % (self.dir, name), "w", encoding="utf-8") as log:
            self.children.append(subprocess.Popen([os.environ["SPARK_HOME"] + "/bin/spark-class", "org.apache.spark." + what, *args],
                                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.wait()


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as dir_:
        path = dir_ + "/corpus.jsonl"
        documents.write(path, 300)
        one = spark_rows.single(path, BIN, hansieve_spark.KEY)
        check(1, "one machine finds figures", len(one) > 1000, " (%d)" % len(one))
        wrapped = dir_ + "/bin"
        os.mkdir(wrapped)
        for name in FILTERS:
            with open("%s/%s" % (wrapped, name), "w", encoding="utf-8") as f:
                f.write(WRAPPER.format(dir=dir_, bin=BIN, name=name))
            os.chmod("%s/%s" % (wrapped, name), 0o755)
        cluster = Cluster(dir_)
        try:
            spark = (SparkSession.builder.master(cluster.url).config("spark.driver.host", "127.0.0.1").config("spark.ui.enabled", "false")
                     .config("spark.ui.showConsoleProgress", "false").config("spark.executor.memory", "512m").config("spark.local.dir", dir_)
                     .config("spark.shuffle.io.retryWait", "1s").getOrCreate())
            spark.sparkContext.setLogLevel("OFF")
            lines = spark.sparkContext.textFile(path, minPartitions=PARTS)

            def run(kill=None, what="executor"):
                """The rows, how many map and reduce tasks were started, and what was killed."""
                for name in ("started-" + MAP, "started-" + REDUCE, "killed"):
                    open(os.path.join(dir_, name), "w", encoding="utf-8").close()
                # A killed executor comes back some seconds later. The driver is in this list, too.
                wait_for("executors", lambda: spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() > 2)
                if kill:
                    with open("%s/kill-%s" % (dir_, kill), "w", encoding="utf-8") as f:
                        f.write(what)
                got = spark_rows.of(hansieve_spark.figures(spark, lines, wrapped, PARTS))
                return [got == one] + [read("%s/started-%s" % (dir_, name)).count("\n") for name in (MAP, REDUCE)] + [read(dir_ + "/killed").split()]

            same, maps, reduces, _ = run()
            tasks = " (%d map tasks, %d reduce tasks)"
            check(2, "nothing is killed: the same rows", same and maps == PARTS and reduces == 2 * PARTS, tasks % (maps, reduces))
            same, maps, reduces, killed = run(MAP)
            check(3, "an executor is killed half-way through a map task, and it is tried again", killed == ["executor"] and maps > PARTS, tasks % (maps, reduces))
            check(4, "the same rows", same)
            # What a worker holds of the shuffle goes with it: map tasks that had ended well are run again, if it held any.
            same, maps, reduces, killed = run(REDUCE, "worker")
            check(5, "a worker is killed half-way through a reduce task, and what was lost is made again",
                  "worker" in killed and (maps > PARTS or reduces > 2 * PARTS), tasks % (maps, reduces))
            check(6, "the same rows from the one that is left", same)
            print("1..6")
            spark.stop()
        finally:
            cluster.stop()


main()
