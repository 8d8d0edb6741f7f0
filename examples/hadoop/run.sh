#!/bin/bash
# run.sh - figures out of JSON Lines with Hadoop Streaming, repeats dropped over the whole corpus
# SPDX-License-Identifier: MIT
#
# usage: HADOOP="hadoop jar .../hadoop-streaming.jar" HANSIEVE=/opt/hansieve/bin run.sh INPUT OUTPUT
#
# Two jobs: the first extracts, and compares within the groups of a key; the second settles what
# several groups found of one record. HANSIEVE is the folder of the filters on every node.
set -euo pipefail

[ $# = 2 ] || { echo "usage: run.sh INPUT OUTPUT" >&2; exit 2; }
: "${HADOOP:=hadoop jar $HADOOP_HOME/share/hadoop/tools/lib/hadoop-streaming.jar}"
: "${HANSIEVE:=$(cd "$(dirname "$0")/../../bin" && pwd)}"
: "${REDUCES:=2}"
: "${OPTIONS:=}"
here=$(cd "$(dirname "$0")" && pwd)
key=68616e73696576652f6861646f6f7030

# The shell words of HADOOP and OPTIONS are meant to be split.
# shellcheck disable=SC2086
job() {
	$HADOOP $OPTIONS -D mapreduce.job.reduces="$REDUCES" "$@"
}

job -input "$1" -output "$2.groups" \
	-mapper "bash $here/map.sh $HANSIEVE $key" \
	-reducer "$HANSIEVE/dedupe --by-key --key $key --progress=hadoop"
job -input "$2.groups" -output "$2" \
	-mapper "cat" \
	-reducer "$HANSIEVE/dedupe --by-key --key $key"
