package io.millrace.sampling;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sampler as configured, with all it remembers: draw from {@link #sampler}, tell the events to this object, and write
 * and read its state as one.
 */
public final class Sampling implements SamplerEvents {

    private static final int VERSION = 1;

    private final Sampler sampler;
    private final List<SamplerState> states;
    private final @Nullable MicroBatch batch;
    private final FalseNegatives falseNegatives;
    private final RealNegativeFilter filter;
    private final ExposureLabels labels;
    private final Adversary adversary;
    private final Grace grace;

    Sampling(
            Sampler sampler,
            List<SamplerState> states,
            @Nullable MicroBatch batch,
            FalseNegatives falseNegatives,
            RealNegativeFilter filter,
            ExposureLabels labels,
            Adversary adversary,
            Grace grace) {
        this.sampler = sampler;
        this.falseNegatives = falseNegatives;
        this.filter = filter;
        this.labels = labels;
        this.adversary = adversary;
        this.grace = grace;
        this.states = new ArrayList<>(states);
        this.batch = batch;
    }

    public Sampler sampler() {
        return sampler;
    }

    /** The positives that are learned together, when the sampler draws from such a batch; else null. */
    public @Nullable MicroBatch batch() {
        return batch;
    }

    /** Adds something that goes with the sampler: told what happens, written and read with its states. */
    public void remember(SamplerState state) {
        states.add(state);
    }

    /** Which unclicked impressions are learned from. */
    public RealNegativeFilter filter() {
        return filter;
    }

    /** When an impression is a negative and with what weight. */
    public ExposureLabels labels() {
        return labels;
    }

    /** Which negatives count for less, being new. */
    public Grace grace() {
        return grace;
    }

    /** What the loss is hardened against. */
    public Adversary adversary() {
        return adversary;
    }

    /** Which negatives were none after all; one of the states. */
    public FalseNegatives falseNegatives() {
        return falseNegatives;
    }

    /** False when there is nothing to tell, write or read. */
    public boolean remembers() {
        return !states.isEmpty();
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
        for (int k = 0; k < states.size(); k++) {
            states.get(k).clicked(user, slot, previous, atMs);
        }
    }

    @Override
    public void unclicked(long user, int slot, long atMs) {
        for (int k = 0; k < states.size(); k++) {
            states.get(k).unclicked(user, slot, atMs);
        }
    }

    @Override
    public void disliked(long user, int slot, long atMs) {
        for (int k = 0; k < states.size(); k++) {
            states.get(k).disliked(user, slot, atMs);
        }
    }

    @Override
    public void advanced(long nowMs) {
        for (int k = 0; k < states.size(); k++) {
            states.get(k).advanced(nowMs);
        }
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        for (int k = 0; k < states.size(); k++) {
            states.get(k).learned(draw, negatives);
        }
    }

    /** Writes every state by name, each with its length, so that one that is no longer configured can be skipped. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(states.size());
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

    /** Bytes and fallbacks of each part that remembers something, by its name. */
    public Map<String, Map<String, Long>> parts() {
        Map<String, Map<String, Long>> parts = new LinkedHashMap<>();
        for (SamplerState state : states) {
            Map<String, Long> part = new LinkedHashMap<>();
            part.put("stateBytes", state.stateBytes());
            part.put("fallbacks", state.fallbacks());
            parts.put(state.name(), part);
        }
        return parts;
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
