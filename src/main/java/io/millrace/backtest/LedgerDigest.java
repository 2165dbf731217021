package io.millrace.backtest;

import io.millrace.codec.ExampleBytes;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Ledger;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The ledger as a number: SHA-256 over its records, a line each; and as JSON lines where a file is wanted. */
final class LedgerDigest implements Ledger {

    private final MessageDigest digest = Digests.sha256();
    private final ExampleBytes bytes = new ExampleBytes(0);
    private final OutputStream copy;
    private long examples;

    /** @param copy takes the records as JSON lines */
    LedgerDigest(OutputStream copy) {
        this.copy = copy;
    }

    @Override
    public void write(Example example, Negatives negatives, Catalog catalog) {
        byte[] record = bytes.of(example, negatives, catalog);
        digest.update(record);
        digest.update((byte) '\n');
        examples++;
        try {
            copy.write(record);
            copy.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
    }

    long examples() {
        return examples;
    }

    /** Ends the digest; nothing can be written after. */
    String end() {
        try {
            copy.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
