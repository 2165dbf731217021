/** The embedded single-node KRaft broker, for the demo and for tests. */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
