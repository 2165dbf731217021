package io.millrace.serving;

import io.millrace.event.EntityId;
import io.millrace.learning.Arithmetic;
import io.millrace.popularity.HalfLife;
import io.millrace.query.Item;
import io.millrace.query.ItemIndex;
import io.millrace.store.ItemRow;
import io.millrace.topology.ItemTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The item table as queries see it. */
public final class ServedItems implements ItemIndex {

    private final ItemTable table;
    private final int dimension;
    private final int padded;
    private final HalfLife halfLife;
    private final Arithmetic arithmetic = Arithmetic.get();

    public ServedItems(ItemTable table, int dimension, HalfLife halfLife) {
        this.table = table;
        this.dimension = dimension;
        this.halfLife = halfLife;
        padded = Arithmetic.padded(dimension);
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public int slots() {
        return table.places();
    }

    @Override
    public int slotOf(String id) {
        EntityId item = EntityId.of(id);
        int place = table.placeOf(item.hash());
        return place >= 0 && item.equals(table.itemAt(place)) ? place : ABSENT;
    }

    @Override
    public @Nullable String idOf(int slot) {
        EntityId item = table.itemAt(slot);
        return item == null ? null : item.text();
    }

    @Override
    public @Nullable Item find(String id) {
        ItemRow row = row();
        EntityId item = EntityId.of(id);
        if (!table.find(item.hash(), row) || !item.equals(row.item)) {
            return null;
        }
        return new Item(
                id,
                Arrays.copyOf(row.vectors, dimension),
                row.hasFloats ? row.scalars[0] : 0,
                row.exposures,
                row.clicks,
                halfLife.valueAt(row.decayedExposures, row.landmarkMs, asOfMs()),
                halfLife.valueAt(row.decayedClicks, row.landmarkMs, asOfMs()),
                row.updates,
                row.lastMs);
    }

    @Override
    public float measure(float[] x, int slot, Measure measure) {
        ItemRow row = row();
        if (!table.read(slot, row)) {
            return Float.NaN;
        }
        return scan(x, measure).measure(row.vectors, 0, row.scalars, 0, row.hasFloats);
    }

    @Override
    public int measureAll(float[] x, Measure measure, float[] out) {
        return table.scan(scan(x, measure), out);
    }

    /** An item that was never stepped scores 0, like any bias and product that nothing is known of. */
    private ItemTable.Scan scan(float[] x, Measure measure) {
        float[] vector = Arrays.copyOf(x, padded);
        float norm = norm(vector, 0);
        return (vectors, at, scalars, scalarAt, hasFloats) -> {
            if (!hasFloats) {
                return 0;
            }
            float dot = arithmetic.dot(vector, 0, vectors, at, padded);
            return switch (measure) {
                case SCORE -> dot + scalars[scalarAt];
                case DOT -> dot;
                case COSINE -> cosine(dot, norm * norm(vectors, at));
            };
        };
    }

    private float norm(float[] vectors, int at) {
        return (float) Math.sqrt(arithmetic.dot(vectors, at, vectors, at, padded));
    }

    private static float cosine(float dot, float norms) {
        return norms > 0 ? Math.max(-1, Math.min(1, dot / norms)) : 0;
    }

    @Override
    public int biasAll(float[] out) {
        return table.scan((vectors, at, scalars, scalarAt, hasFloats) -> hasFloats ? scalars[scalarAt] : 0, out);
    }

    @Override
    public int popularityAll(float[] out) {
        return table.popularityAll(halfLife, out);
    }

    @Override
    public long asOfMs() {
        return table.newestMs();
    }

    private ItemRow row() {
        return new ItemRow(table.vectorStride(), table.scalarStride());
    }
}
