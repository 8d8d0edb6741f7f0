#!/bin/bash
# map.sh HANSIEVE KEY - the mapper of run.sh: text in, records under their keys out
# SPDX-License-Identifier: MIT
set -euo pipefail
dir=$1 key=$2
"$dir/normalize" --jsonl --strip-key | "$dir/segment" | "$dir/extract-figures" | "$dir/extract-entities" |
	"$dir/dedupe" --emit-keys --key "$key"
