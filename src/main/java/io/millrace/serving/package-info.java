/** What queries ask, answered from the item table and the stores of a running instance. */
@NullMarked
package io.millrace.serving;

import org.jspecify.annotations.NullMarked;
