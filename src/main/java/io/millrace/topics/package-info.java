/** The topics as the declarative description says they should be, and what of it a cluster has. */
@NullMarked
package io.millrace.topics;

import org.jspecify.annotations.NullMarked;
