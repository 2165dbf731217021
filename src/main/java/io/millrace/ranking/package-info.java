/** What a user is served: scores over the whole catalog, blended and cut to the best K. */
@NullMarked
package io.millrace.ranking;

import org.jspecify.annotations.NullMarked;
