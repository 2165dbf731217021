#!/bin/sh
# What a draw of every sampler costs, at 10,000, 100,000 and a million items, and the ratios that are bounded; Markdown.
#   loadtest/draws.sh [turns=40] [turn-ms=10] [only=dns,uniform]
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
exec java -Xmx6g -XX:+UseTransparentHugePages --add-modules jdk.incubator.vector -cp "$classpath" \
    io.millrace.sampling.DrawTable "$@"
