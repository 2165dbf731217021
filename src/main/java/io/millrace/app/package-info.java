/** The command line: demo, run, topics, topology and the rest. */
@NullMarked
package io.millrace.app;

import org.jspecify.annotations.NullMarked;
