#!/bin/sh
# Records a second of the live topology against a pass-through topology on the same broker, in one run.
#   loadtest/live.sh [records=4000000] [partitions=1] [commit=100,1000] [negatives=popularity]
#                     [served=embedding] [share=0] [rows=1001000]
set -eu
home=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$home/loadtest/classpath.sh"
exec java -Xms4g -Xmx4g -XX:+AlwaysPreTouch -XX:+UseParallelGC -XX:NewRatio=4 -XX:+UseTransparentHugePages \
    --add-modules jdk.incubator.vector -Dmillrace.kafka.log=off -Dmillrace.log=warn -cp "$classpath" io.millrace.loadtest.LiveThroughput "$@"
