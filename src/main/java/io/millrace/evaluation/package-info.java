/** Prequential metrics: predict with the model as it was, then learn. */
@NullMarked
package io.millrace.evaluation;

import org.jspecify.annotations.NullMarked;
