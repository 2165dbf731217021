/** Wires topics to the core and the core to its stores; names every node. */
@NullMarked
package io.millrace.topology;

import org.jspecify.annotations.NullMarked;
