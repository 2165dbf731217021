/** Carries what a backtest has learned into an application that has not started yet. */
@NullMarked
package io.millrace.warm;

import org.jspecify.annotations.NullMarked;
