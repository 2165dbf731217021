#!/bin/sh
# The core step against the bare arithmetic on plain arrays, and against a program of one file if named, in turns.
#   loadtest/step.sh [loss=logistic] [optimizer=sgd|adagrad-row] [dimension=64] [negatives=5] [context=0]
#                    [ahead=4] [rounds=5] [limit=FILE.java]
#   SCALAR=1 loadtest/step.sh          without the Vector API
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
vector="--add-modules jdk.incubator.vector"
[ -z "${SCALAR:-}" ] || vector=
# shellcheck disable=SC2086 # two words
exec java -Xmx4g -XX:+UseTransparentHugePages -XX:+AlwaysPreTouch $vector -cp "$classpath" io.millrace.learning.StepTable "$@"
