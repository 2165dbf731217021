/**
 * HTTP answers from state; reads only, creates nothing.
 *
 * <pre>
 *   request ─► HttpLayer ─► Route ─► UserQueries ── owner here ──► UserStates, ItemIndex ─► JSON
 *              bounds,       known    │        └─ owner elsewhere ─► Forwarder, one hop
 *              token,        names    ├► ItemQueries ─► ItemIndex by Scans (top-k of the whole table)
 *              timers                 └► StatusQueries ─► StatusSource, Routing
 * </pre>
 *
 * <p>What it reads it is given through five ports: {@link io.millrace.query.ItemIndex}, {@link
 * io.millrace.query.UserStates}, {@link io.millrace.query.Routing}, {@link io.millrace.query.StatusSource} and, where the
 * order is not that of the embeddings, {@link io.millrace.query.Ranking}. What it serves is in {@code openapi.yaml}.
 */
@NullMarked
package io.millrace.query;

import org.jspecify.annotations.NullMarked;
