/** Where histories come from that are not topics: a seeded synthetic stream, and files in the normal form. */
@NullMarked
package io.millrace.source;

import org.jspecify.annotations.NullMarked;
