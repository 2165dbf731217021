/** The joiner: which impression a click answers, decided by event time alone. */
@NullMarked
package io.millrace.attribution;

import org.jspecify.annotations.NullMarked;
