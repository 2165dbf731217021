/** One partition of Millrace: validate, deduplicate, attribute, evaluate, draw, step, count. The same code live and in a backtest. */
@NullMarked
package io.millrace.pipeline;

import org.jspecify.annotations.NullMarked;
