package io.millrace.sampling;

import io.millrace.event.CounterRandom;
import io.millrace.event.LongIndex;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last W clicks as a graph of users and items: every click is an edge, found from both its ends. Edges leave in the
 * order they came, so the oldest of a vertex is always the first to go and each vertex keeps its edges in a queue.
 *
 * <p>Edges of a retired item are dead: no item has them any more, and they stay with their users until they leave.
 */
final class ClickGraph implements SamplerState, Catalog.Listener {

    private final Catalog catalog;
    private final int window;
    private final Generations generations = new Generations();

    private long[] users = new long[16];
    private long[] stamps = new long[16];

    /** The same user's edge before and after, or -1. */
    private long[] before = new long[16];

    private long[] after = new long[16];
    private long first;
    private long next;

    private final LongIndex vertices = new LongIndex();
    private @Nullable EdgeQueue[] ofUser = new EdgeQueue[16];
    private int[] freeVertices = new int[16];
    private int freeCount;
    private int vertexCount;
    private @Nullable EdgeQueue[] ofItem = new EdgeQueue[1024];

    /** @param window W, most edges; at least 1 */
    ClickGraph(Catalog catalog, int window) {
        this.catalog = catalog;
        this.window = window;
        catalog.listen(this);
    }

    @Override
    public String name() {
        return "click-graph";
    }

    int size() {
        return (int) (next - first);
    }

    int userDegree(long user) {
        EdgeQueue edges = edgesOf(user);
        return edges == null ? 0 : edges.size();
    }

    int itemDegree(int slot) {
        EdgeQueue edges = slot < ofItem.length ? ofItem[slot] : null;
        return edges == null ? 0 : edges.size();
    }

    private @Nullable EdgeQueue edgesOf(long user) {
        int vertex = vertices.get(user);
        return vertex < 0 ? null : ofUser[vertex];
    }

    /** One of all edges, or -1 when there are none. */
    long anyEdge(CounterRandom random) {
        return size() == 0 ? -1 : first + random.nextInt(size());
    }

    /** One of a user's edges, or -1. */
    long anyEdgeOfUser(long user, CounterRandom random) {
        EdgeQueue edges = edgesOf(user);
        return edges == null ? -1 : edges.edge(random.nextInt(edges.size()));
    }

    /** One of an item's edges, or -1. */
    long anyEdgeOfItem(int slot, CounterRandom random) {
        EdgeQueue edges = slot < ofItem.length ? ofItem[slot] : null;
        return edges == null || edges.size() == 0 ? -1 : edges.edge(random.nextInt(edges.size()));
    }

    /** The k-th newest edge of a user or an item; k in [0, degree). */
    long edgeOfUser(long user, int k) {
        EdgeQueue edges = edgesOf(user);
        return edges == null ? -1 : edges.edge(edges.size() - 1 - k);
    }

    long edgeOfItem(int slot, int k) {
        EdgeQueue edges = ofItem[slot];
        return edges == null ? -1 : edges.edge(edges.size() - 1 - k);
    }

    long user(long edge) {
        return users[at(edge)];
    }

    /** The item of an edge, or -1 when it has gone. */
    int item(long edge) {
        return generations.slot(stamps[at(edge)]);
    }

    /**
     * Items clicked right before or after this one by its last users, newest first, some more than once: a function of
     * the item alone.
     *
     * @return how many were written, at most {@code out.length}
     */
    int neighbours(int slot, int[] out) {
        int degree = itemDegree(slot);
        int count = 0;
        for (int k = 0; k < degree && k < out.length && count < out.length; k++) {
            int at = at(edgeOfItem(slot, k));
            count = addNeighbour(before[at], slot, out, count);
            count = addNeighbour(after[at], slot, out, count);
        }
        return count;
    }

    private int addNeighbour(long edge, int slot, int[] out, int count) {
        if (edge < first || count == out.length) {
            return count;
        }
        int other = item(edge);
        if (other < 0 || other == slot) {
            return count;
        }
        out[count] = other;
        return count + 1;
    }

    @Override
    public void clicked(long user, int slot, int previous, long atMs) {
        add(user, generations.stamp(slot));
    }

    private void add(long user, long stamp) {
        if (size() == users.length && users.length < window) {
            grow();
        }
        if (size() == window) {
            evict();
        }
        EdgeQueue edges = openUser(user);
        long edge = next++;
        int at = at(edge);
        users[at] = user;
        stamps[at] = stamp;
        before[at] = edges.size() == 0 ? -1 : edges.edge(edges.size() - 1);
        after[at] = -1;
        if (before[at] >= 0) {
            after[at(before[at])] = edge;
        }
        edges.add(edge);
        int slot = generations.slot(stamp);
        if (slot >= 0) {
            openItem(slot).add(edge);
        }
    }

    private EdgeQueue openUser(long user) {
        int vertex = vertices.get(user);
        if (vertex < 0) {
            vertex = freeCount > 0 ? freeVertices[--freeCount] : vertexCount++;
            if (vertex >= ofUser.length) {
                ofUser = Arrays.copyOf(ofUser, vertex * 2);
            }
            vertices.put(user, vertex);
        }
        EdgeQueue edges = ofUser[vertex];
        if (edges == null) {
            edges = new EdgeQueue();
            ofUser[vertex] = edges;
        }
        return edges;
    }

    private EdgeQueue openItem(int slot) {
        if (slot >= ofItem.length) {
            ofItem = Arrays.copyOf(ofItem, Math.max(slot + 1, ofItem.length * 2));
        }
        EdgeQueue edges = ofItem[slot];
        if (edges == null) {
            edges = new EdgeQueue();
            ofItem[slot] = edges;
        }
        return edges;
    }

    private void evict() {
        int at = at(first);
        int vertex = vertices.get(users[at]);
        EdgeQueue edges = ofUser[vertex];
        if (edges != null) {
            edges.removeOldest();
            if (edges.size() == 0) {
                freeUser(users[at], vertex);
            }
        }
        int slot = generations.slot(stamps[at]);
        EdgeQueue itsEdges = slot < 0 ? null : ofItem[slot];
        if (itsEdges != null) {
            itsEdges.removeOldest();
        }
        first++;
    }

    private void freeUser(long user, int vertex) {
        vertices.remove(user);
        if (freeCount == freeVertices.length) {
            freeVertices = Arrays.copyOf(freeVertices, freeCount * 2);
        }
        freeVertices[freeCount++] = vertex;
    }

    @Override
    public void added(int slot) {}

    @Override
    public void retired(int slot) {
        generations.retired(slot);
        if (slot < ofItem.length) {
            ofItem[slot] = null;
        }
    }

    /** Edges are numbered from 0, so until the window is full each stands at its number. */
    private void grow() {
        int larger = Math.min(window, users.length * 2);
        users = Arrays.copyOf(users, larger);
        stamps = Arrays.copyOf(stamps, larger);
        before = Arrays.copyOf(before, larger);
        after = Arrays.copyOf(after, larger);
    }

    private int at(long edge) {
        return (int) (edge % users.length);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(size());
        for (long edge = first; edge < next; edge++) {
            int slot = item(edge);
            out.writeLong(user(edge));
            out.writeBoolean(slot >= 0);
            out.writeLong(slot >= 0 ? catalog.item(slot).hash() : 0);
        }
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        vertices.clear();
        Arrays.fill(ofUser, null);
        Arrays.fill(ofItem, null);
        freeCount = 0;
        vertexCount = 0;
        users = new long[Math.min(window, 16)];
        stamps = new long[users.length];
        before = new long[users.length];
        after = new long[users.length];
        first = 0;
        next = 0;
        int written = in.readInt();
        for (int k = 0; k < written; k++) {
            long user = in.readLong();
            boolean was = in.readBoolean();
            int slot = catalog.slotOf(in.readLong());
            add(user, was && slot >= 0 ? generations.stamp(slot) : Generations.GONE);
        }
    }

    @Override
    public long stateBytes() {
        long bytes = 32L * users.length + vertices.stateBytes() + generations.stateBytes();
        bytes += 8L * (ofUser.length + ofItem.length) + 16L * size() + 48L * vertexCount;
        return bytes;
    }
}
