/** HTTP answers from state; reads only, creates nothing. */
@NullMarked
package io.millrace.query;

import org.jspecify.annotations.NullMarked;
