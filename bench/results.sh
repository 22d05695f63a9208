#!/bin/sh
# The tables of RESULTS.md: every benchmark of Drover's own, as Markdown.
#
#   bench/results.sh MODEL [DATA]
#
# MODEL is SmolLM2-135M's folder, DATA one with the tutorial's four files (default: Drover's own). RUNS and
# JOB_RUNS are how often speeds (5) and whole jobs of the tutorial (1) are measured, UNDER is what each
# measurement runs under (such as "nice -n -10"), FIGURES where the figures go as JSON lines.
set -eu

[ $# -ge 1 ] || {
  echo "usage: bench/results.sh MODEL [DATA]" >&2
  exit 2
}
model=$1
data=${2:+--data $2}
here=$(cd "$(dirname "$0")" && pwd -P)
figures=${FIGURES:-$(mktemp)}
: >"$figures"

bench() {
  echo "+ drover bench $*" >&2
  # shellcheck disable=SC2086 # options are words
  ${UNDER:-} "$here/../drover" bench --json "$@" >>"$figures" || echo "| $* | failed |" >&2
}

jobs() {
  # shellcheck disable=SC2086 # options are words
  bench --model "$model" $data --runs "${JOB_RUNS:-1}" --what "$1"
}

speeds() {
  bench --runs "${RUNS:-5}" "$@"
}

for what in start,memory open,prefill,decode,decode-q8 batch steering plans profile; do
  speeds --model "$model" --what "$what"
done
for what in extract extract-tutorial condition-vector-500 condition-vector six-conditions condition condition-tutorial; do
  jobs "$what"
done
speeds --shape 1b --what open,prefill,decode,layer
speeds --shape 8b --what open,layer
python3 "$here/table.py" "$figures"
