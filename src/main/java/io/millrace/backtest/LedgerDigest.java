package io.millrace.backtest;

import io.millrace.codec.ExampleBytes;
import io.millrace.event.Hash;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Ledger;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Negatives;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as a number: SHA-256 over what was learned from in a binary form, ids as their hashes and the negatives of an
 * example folded to one, since writing the records took a third of a backtest's time; and as JSON lines where a
 * file is wanted.
 */
final class LedgerDigest implements Ledger {

    private final MessageDigest digest = Digests.sha256();
    private final ExampleBytes bytes = new ExampleBytes(0);
    private final @Nullable OutputStream copy;
    private final ByteBuffer buffer = ByteBuffer.allocate(128);
    private long examples;
    private String lastSampler = "";
    private int lastNumber;

    /** @param copy takes the records as JSON lines; null for none */
    LedgerDigest(@Nullable OutputStream copy) {
        this.copy = copy;
    }

    @Override
    public void write(Example example, Negatives negatives, Catalog catalog) {
        examples++;
        digest(example, negatives, catalog);
        if (copy != null) {
            try {
                copy.write(bytes.of(example, negatives, catalog));
                copy.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("the ledger cannot be written", e);
            }
        }
    }

    private void digest(Example example, Negatives negatives, Catalog catalog) {
        buffer.clear();
        buffer.put((byte) example.kind().ordinal()).put((byte) (example.stepped() ? 1 : 0));
        buffer.putLong(example.id().hash()).putLong(example.user().hash());
        buffer.putLong(example.item().hash()).putLong(example.atMs()).putLong(example.sequence());
        buffer.putInt(example.action().hashCode()).putFloat(example.weight()).putFloat(example.retracted());
        buffer.putInt(example.requested());
        long drawn = negatives.size();
        for (int k = 0; k < negatives.size(); k++) {
            long how =
                    (long) number(negatives.sampler(k)) << 32 | Float.floatToIntBits(negatives.weight(k)) & 0xFFFFFFFFL;
            drawn = Hash.pair(drawn, catalog.item(negatives.slot(k)).hash());
            drawn = Hash.pair(drawn, Double.doubleToLongBits(negatives.q(k)) ^ how);
        }
        buffer.putLong(drawn);
        digest.update(buffer.array(), 0, buffer.position());
    }

    /** Names come from few places, so most are the one seen last. */
    private int number(String sampler) {
        if (sampler != lastSampler) {
            lastSampler = sampler;
            lastNumber = sampler.hashCode();
        }
        return lastNumber;
    }

    long examples() {
        return examples;
    }

    /** Ends the digest; nothing can be written after. */
    String end() {
        try {
            if (copy != null) {
                copy.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
