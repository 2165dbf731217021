/** What the topics say: impressions, clicks and dislikes, with ids that are strings outside and 64-bit hashes inside. */
@NullMarked
package io.millrace.event;

import org.jspecify.annotations.NullMarked;
