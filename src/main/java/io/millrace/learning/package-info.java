/** The model and its one step: rows, losses, optimisers, and the arithmetic below them. */
@NullMarked
package io.millrace.learning;

import org.jspecify.annotations.NullMarked;
