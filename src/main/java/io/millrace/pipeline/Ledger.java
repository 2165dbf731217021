package io.millrace.pipeline;

import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;

/** Takes every example as it is learned: the {@code examples} topic live, a file or a digest in a backtest. */
public interface Ledger {

    /** @param negatives sampled for the example, by slot of the catalog; empty for kinds that have none */
    void write(Example example, Negatives negatives, Catalog catalog);
}
