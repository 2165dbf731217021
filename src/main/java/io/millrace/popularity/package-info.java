/** Counts that fade: forward-decayed weights and the sum-tree that draws from them. */
@NullMarked
package io.millrace.popularity;

import org.jspecify.annotations.NullMarked;
