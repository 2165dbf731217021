package io.millrace.sampling;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * A sampler as configured, with all it remembers: draw from {@link #sampler}, tell the events to this object, and write
 * and read its state as one.
 */
public final class Sampling implements SamplerEvents {

    private static final int VERSION = 1;

    private final Sampler sampler;
    private final SamplerState[] states;
    private final FalseNegatives falseNegatives;
    private final RealNegativeFilter filter;

    Sampling(Sampler sampler, List<SamplerState> states, FalseNegatives falseNegatives, RealNegativeFilter filter) {
        this.sampler = sampler;
        this.falseNegatives = falseNegatives;
        this.filter = filter;
        this.states = states.toArray(new SamplerState[0]);
    }

    public Sampler sampler() {
        return sampler;
    }

    /** Which unclicked impressions are learned from. */
    public RealNegativeFilter filter() {
        return filter;
    }

    /** Which negatives were none after all; one of the states. */
    public FalseNegatives falseNegatives() {
        return falseNegatives;
    }

    /** False when there is nothing to tell, write or read. */
    public boolean remembers() {
        return states.length > 0;
    }

    /** The state of a type that this sampler has. */
    <T extends SamplerState> T state(Class<T> type) {
        for (SamplerState state : states) {
            if (type.isInstance(state)) {
                return type.cast(state);
            }
        }
        throw new IllegalArgumentException(sampler.name() + " has no " + type.getSimpleName());
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        for (SamplerState state : states) {
            state.clicked(user, slot, previous, atMs);
        }
    }

    @Override
    public void unclicked(long user, int slot, long atMs) {
        for (SamplerState state : states) {
            state.unclicked(user, slot, atMs);
        }
    }

    @Override
    public void disliked(long user, int slot, long atMs) {
        for (SamplerState state : states) {
            state.disliked(user, slot, atMs);
        }
    }

    @Override
    public void advanced(long nowMs) {
        for (SamplerState state : states) {
            state.advanced(nowMs);
        }
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        for (SamplerState state : states) {
            state.learned(draw, negatives);
        }
    }

    /** Writes every state by name, each with its length, so that one that is no longer configured can be skipped. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(states.length);
        for (SamplerState state : states) {
            var bytes = new ByteArrayOutputStream();
            state.writeTo(new DataOutputStream(bytes));
            out.writeUTF(state.name());
            out.writeInt(bytes.size());
            out.write(bytes.toByteArray());
        }
    }

    /** Reads what {@link #writeTo} wrote, after the catalog and the counts; unknown names are passed over. */
    public void readFrom(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("sampler state has version " + version + ", expected " + VERSION);
        }
        int count = in.readInt();
        for (int k = 0; k < count; k++) {
            String name = in.readUTF();
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            for (SamplerState state : states) {
                if (state.name().equals(name)) {
                    state.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
                }
            }
        }
    }

    /** Bytes held on the heap beyond the shared counts. */
    public long stateBytes() {
        long bytes = sampler.stateBytes();
        for (SamplerState state : states) {
            boolean counted = state instanceof Sampler || state instanceof Proposal;
            bytes += counted ? 0 : state.stateBytes();
        }
        return bytes;
    }
}
