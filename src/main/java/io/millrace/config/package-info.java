/** One YAML file to the small records that each package declares. */
@NullMarked
package io.millrace.config;

import org.jspecify.annotations.NullMarked;
