/** The core's state on Kafka Streams: write-back rows, byte layouts, expiring logs. */
@NullMarked
package io.millrace.store;

import org.jspecify.annotations.NullMarked;
