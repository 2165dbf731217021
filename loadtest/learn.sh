#!/bin/sh
# Events a second of one core that learns a history, without a broker.
#   loadtest/learn.sh file=FILE [passes=5] [distinct=true] [KEY=VALUE ...]    a file again and again, each time from nothing
#   loadtest/learn.sh events=100000000 [KEY=VALUE ...]                        a made-up stream, a line per tenth of it
#   SCALAR=1 loadtest/learn.sh ...                                            without the Vector API
# KEY=VALUE are settings, as for --set; every=N ranks each N-th click against the whole catalog, 0 (as it is) none.
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
vector="--add-modules jdk.incubator.vector"
[ -z "${SCALAR:-}" ] || vector=
# shellcheck disable=SC2086 # several words
exec java -Xmx"${MILLRACE_HEAP:-2g}" -XX:+UseTransparentHugePages $vector ${MILLRACE_OPTS:-} \
    -cp "$classpath" io.millrace.app.LearningRate "$@"
