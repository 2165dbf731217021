#!/bin/sh
# What each sampler is worth: every sampler against uniform, by `millrace backtest`, on two data sets of impressions and two
# of clicks; a Markdown table per data set.
#
#   DATA=directory loadtest/worth.sh [sampler ...]        all samplers when none is named
#
# DATA holds kuairand, mind, ml100k and yoochoose files in the normal form, under the names below. Of each file a prefix is
# taken, so that all of it ends in some 25 minutes on two cores. Every row is a backtest of its own, whose report is kept
# under OUT; a row that is there is not made again, so an interrupted run goes on where it was. Remove OUT to start anew.
#
#   OUT    where reports go, target/worth when not set
#   SETS   the data sets, all four when not set
#   LOSS   what is learned by, bpr when not set: one that every sampler goes with
#   SCALE  multiplies the length of the prefixes, 1 when not set
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
data=${DATA:?DATA is the directory of the data sets}
out=${OUT:-$home/target/worth}
sets=${SETS:-kuairand mind ml100k yoochoose}
loss=${LOSS:-bpr}
scale=${SCALE:-1}

# Sets $file, $limit (events), $share (of clicks that are ranked) and $options of a data set.
describe() {
    options=
    share=0.2
    case $1 in
        kuairand) file=kuairand_pure_0425_0430.imp.tsv.gz limit=100000 ;;
        mind) file=mind5k.imp.tsv.gz limit=200000 share=1.0 ;;
        ml100k) file=ml100k.evt.tsv.gz limit=40000 ;;
        yoochoose) file=yoochoose_100k.evt.tsv.gz limit=40000 options=--distinct ;;
        *) echo "worth: no data set $1; one of kuairand mind ml100k yoochoose" >&2; exit 1 ;;
    esac
    limit=$((limit * scale))
}

configure() {
    cat <<YAML
sampling.sampler: $1
learning.loss: $loss
ranking.served: embedding
evaluation.share: $share
sampling.dns.warm-up: 1000
sampling.hard-rank.every-positives: 2000
sampling.adaptive-rank.every: 1m
sampling.false-negatives.users: 2000
YAML
}

# One row; the report is moved to its place when it is whole.
row() {
    to=$out/$1/$2
    [ ! -e "$to" ] || return 0
    part=$out/.part
    rm -rf "$part"
    mkdir -p "$part" "$out/$1"
    configure uniform > "$part/uniform.yaml"
    configure "$2" > "$part/sampler.yaml"
    echo "$1 $2 ..." >&2
    # shellcheck disable=SC2086 # options are words of their own
    "$home/millrace" backtest --events "$data/$file" --limit "$limit" $options --threads 2 \
        --config "$part/uniform.yaml" --config "$part/sampler.yaml" --out "$part" > "$part/log" 2>&1 \
        || { cat "$part/log" >&2; exit 1; }
    rm "$part/report.html"
    mv "$part" "$to"
}

if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # names are words
    set -- $(java -cp "$classpath" io.millrace.loadtest.WorthTable names)
fi
for set in $sets; do
    describe "$set"
    [ -r "$data/$file" ] || { echo "worth: $data/$file is missing" >&2; exit 1; }
    for sampler in "$@"; do
        row "$set" "$sampler"
    done
done
java -cp "$classpath" io.millrace.loadtest.WorthTable "$out"
