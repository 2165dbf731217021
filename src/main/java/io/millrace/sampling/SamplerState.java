package io.millrace.sampling;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a sampler remembers beyond the counts. Written with the hashes of items, so that it can be read where the catalog
 * has other slots; items the catalog does not hold are left out.
 *
 * <p>Contract: bounded; the same events give the same state; write, read and write again gives the same bytes.
 */
public interface SamplerState extends SamplerEvents {

    /** Name of the state, unique among the parts of one sampler. */
    String name();

    void writeTo(DataOutput out) throws IOException;

    /** Replaces the state. The catalog and the counts have been restored before. */
    void readFrom(DataInput in) throws IOException;

    /** How often something took the place of what the sampler is for, because that could not be had; since ever. */
    default long fallbacks() {
        return 0;
    }

    /** Bytes held on the heap. */
    long stateBytes();
}
