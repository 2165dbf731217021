/** Bytes of topics to events and back. */
@NullMarked
package io.millrace.codec;

import org.jspecify.annotations.NullMarked;
