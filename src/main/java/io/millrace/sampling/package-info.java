/** Where negatives come from: one small class per published method, composed through two interfaces. */
@NullMarked
package io.millrace.sampling;

import org.jspecify.annotations.NullMarked;
