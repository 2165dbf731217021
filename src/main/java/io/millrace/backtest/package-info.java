/** Feeds recorded history through the same core, several configurations side by side. */
@NullMarked
package io.millrace.backtest;

import org.jspecify.annotations.NullMarked;
