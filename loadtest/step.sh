#!/bin/sh
# The core step against the bare arithmetic on plain arrays, in turns in one process.
#   loadtest/step.sh [optimizer=sgd|adagrad-row] [context=0] [turns=60]
#   SCALAR=1 loadtest/step.sh          without the Vector API
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
vector="--add-modules jdk.incubator.vector"
[ -z "${SCALAR:-}" ] || vector=
# shellcheck disable=SC2086 # two words
exec java -Xmx4g -XX:+UseTransparentHugePages -XX:+AlwaysPreTouch $vector -cp "$classpath" io.millrace.learning.StepTable "$@"
