package io.millrace.sampling;

import io.millrace.event.Hash;
import io.millrace.event.LongIndex;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many negatives were none: the last negatives of some users are remembered, and when such a user clicks one of them
 * later, it was a false negative of the sampler that drew it.
 *
 * <p>Users are those with the smallest hashes of all seen, so many of them: a fixed sample in which each user is as
 * likely as any other, and which changes ever more rarely (bottom-k sampling).
 *
 * <p>Where false negatives are compensated, the click counts for more by the weight that its item was pushed away with,
 * at most 1.
 *
 * <p>Source: Cohen and Kaplan, "Summarizing Data using Bottom-k Sketches", PODC 2007, for the sample of users.
 */
public final class FalseNegatives implements SamplerState, Catalog.Listener {

    /** Draws the sample of users; any number would do. */
    private static final long SALT = 0x5AFEL;

    private final Catalog catalog;
    private final int kept;
    private final int most;
    private final boolean compensates;
    private final Generations generations = new Generations();

    private final LongIndex index = new LongIndex();
    private long[] users = new long[0];
    private int[] next = new int[0];
    private long[] stamps = new long[0];
    private float[] weights = new float[0];
    private byte[] drawnBy = new byte[0];
    private int size;
    private int largest = -1;

    private final List<String> names = new ArrayList<>();
    private long[] watched = new long[8];
    private long[] found = new long[8];

    /**
     * @param kept negatives remembered per user; 0 for none
     * @param users most users whose negatives are remembered
     * @param compensates true when clicks make up for what was done to their items
     */
    FalseNegatives(Catalog catalog, int kept, int users, boolean compensates) {
        this.catalog = catalog;
        this.kept = kept;
        this.compensates = compensates;
        most = kept == 0 ? 0 : users;
        catalog.listen(this);
    }

    static FalseNegatives of(Parameters parameters, Catalog catalog) {
        return new FalseNegatives(
                catalog,
                parameters.integer("false-negatives.kept", 0, 5000),
                parameters.integer("false-negatives.users", 1, 100_000_000),
                parameters.choice("false-negatives.compensate", "true", "false").equals("true"));
    }

    @Override
    public String name() {
        return "false-negatives";
    }

    /** Samplers that drew for the users watched, in order of their first draw. */
    List<String> samplers() {
        return Collections.unmodifiableList(names);
    }

    /** Negatives of the k-th sampler that were drawn for the users watched. */
    long watched(int k) {
        return watched[k];
    }

    /** How many of them their users clicked later. */
    long found(int k) {
        return found[k];
    }

    /** By sampler: negatives {@code watched}, and those of them that were {@code false}. */
    public Map<String, Map<String, Long>> counts() {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        for (int k = 0; k < names.size(); k++) {
            Map<String, Long> ofSampler = new LinkedHashMap<>();
            ofSampler.put("watched", watched[k]);
            ofSampler.put("false", found[k]);
            counts.put(names.get(k), ofSampler);
        }
        return counts;
    }

    /** What a click weighs more because its item had been a negative of the user; 0 to 1. */
    public float owed(long user, int slot) {
        int place = compensates ? index.get(user) : -1;
        float owed = 0;
        for (int k = place * kept; place >= 0 && k < (place + 1) * kept; k++) {
            owed += isOf(k, slot) ? weights[k] : 0;
        }
        return Math.min(1, owed);
    }

    @Override
    public void learned(Draw draw, Negatives negatives) {
        int place = most == 0 ? -1 : place(draw.user());
        for (int k = 0; place >= 0 && k < negatives.size(); k++) {
            int at = place * kept + next[place];
            int sampler = number(negatives.sampler(k));
            stamps[at] = generations.stamp(negatives.slot(k));
            weights[at] = negatives.weight(k);
            drawnBy[at] = (byte) sampler;
            watched[sampler]++;
            next[place] = next[place] + 1 == kept ? 0 : next[place] + 1;
        }
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        int place = index.get(user);
        for (int k = place * kept; place >= 0 && k < (place + 1) * kept; k++) {
            if (isOf(k, slot)) {
                found[drawnBy[k]]++;
                stamps[k] = Generations.GONE;
            }
        }
    }

    private boolean isOf(int entry, int slot) {
        return (int) stamps[entry] == slot && generations.slot(stamps[entry]) == slot;
    }

    private int number(String sampler) {
        for (int k = 0; k < names.size(); k++) {
            if (names.get(k).equals(sampler)) {
                return k;
            }
        }
        names.add(sampler);
        if (names.size() > watched.length) {
            watched = Arrays.copyOf(watched, names.size() * 2);
            found = Arrays.copyOf(found, names.size() * 2);
        }
        return names.size() - 1;
    }

    /** The place of a user who is watched, or is from now on; else -1. */
    private int place(long user) {
        int place = index.get(user);
        if (place >= 0) {
            return place;
        }
        if (size < most) {
            return open(size++, user);
        }
        if (order(user) >= order(users[largest])) {
            return -1;
        }
        index.remove(users[largest]);
        return open(largest, user);
    }

    private int open(int place, long user) {
        room(place + 1);
        users[place] = user;
        next[place] = 0;
        Arrays.fill(stamps, place * kept, (place + 1) * kept, Generations.GONE);
        index.put(user, place);
        if (size == most) {
            largest = findLargest();
        }
        return place;
    }

    /** Looked for whenever a user is let in, which happens ever more rarely. */
    private int findLargest() {
        int found = 0;
        for (int place = 1; place < size; place++) {
            found = order(users[place]) > order(users[found]) ? place : found;
        }
        return found;
    }

    private static long order(long user) {
        return Hash.pair(user, SALT);
    }

    private void room(int places) {
        if (places > users.length) {
            int larger = Math.min(most, Math.max(16, places * 2));
            users = Arrays.copyOf(users, larger);
            next = Arrays.copyOf(next, larger);
            stamps = Arrays.copyOf(stamps, larger * kept);
            weights = Arrays.copyOf(weights, larger * kept);
            drawnBy = Arrays.copyOf(drawnBy, larger * kept);
        }
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        generations.retired(slot);
    }

    /** Entries stand where they stand in memory, so that what changes is found in few places. */
    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(kept);
        out.writeByte(names.size());
        for (int k = 0; k < names.size(); k++) {
            out.writeUTF(names.get(k));
            out.writeLong(watched[k]);
            out.writeLong(found[k]);
        }
        out.writeInt(size);
        for (int place = 0; place < size; place++) {
            out.writeLong(users[place]);
            out.writeInt(next[place]);
            for (int k = place * kept; k < (place + 1) * kept; k++) {
                int slot = generations.slot(stamps[k]);
                out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
                out.writeByte(slot >= 0 ? drawnBy[k] : -1);
                out.writeFloat(slot >= 0 ? weights[k] : 0);
            }
        }
    }

    /** Of another length only the counts are taken over. */
    @Override
    public void readFrom(DataInput in) throws IOException {
        index.clear();
        names.clear();
        size = 0;
        largest = -1;
        boolean isSame = in.readInt() == kept;
        int samplers = in.readByte();
        for (int k = 0; k < samplers; k++) {
            int number = number(in.readUTF());
            watched[number] = in.readLong();
            found[number] = in.readLong();
        }
        int written = isSame ? in.readInt() : 0;
        for (int k = 0; k < written; k++) {
            readUser(in);
        }
    }

    private void readUser(DataInput in) throws IOException {
        long user = in.readLong();
        int at = in.readInt();
        int place = place(user);
        if (place >= 0) {
            next[place] = at;
        }
        for (int k = 0; k < kept; k++) {
            int slot = catalog.slotOf(in.readLong());
            byte sampler = in.readByte();
            float weight = in.readFloat();
            if (place >= 0 && sampler >= 0) {
                stamps[place * kept + k] = slot >= 0 ? generations.stamp(slot) : Generations.GONE;
                drawnBy[place * kept + k] = sampler;
                weights[place * kept + k] = weight;
            }
        }
    }

    @Override
    public long stateBytes() {
        return index.stateBytes() + generations.stateBytes() + 12L * users.length + 13L * stamps.length;
    }
}
