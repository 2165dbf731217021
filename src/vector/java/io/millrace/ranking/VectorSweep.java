package io.millrace.ranking;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link Sweep} by the Vector API: the operations of {@link FastLog} and {@link FastExp}, several slots at a time. */
final class VectorSweep extends Sweep {

    private static final VectorSpecies<Float> FLOATS = species();
    private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
    private static final int WIDTH = FLOATS.length();

    private static VectorSpecies<Float> species() {
        VectorSpecies<Float> preferred = FloatVector.SPECIES_PREFERRED;
        if (preferred.length() > STEP) {
            return FloatVector.SPECIES_512;
        }
        return preferred.length() < 4 ? FloatVector.SPECIES_128 : preferred;
    }

    @Override
    void log(float[] x, float scale, float floor, float[] v, float weight, float[] sum, int n) {
        for (int j = 0; j < n; j += WIDTH) {
            FloatVector positive = FloatVector.fromArray(FLOATS, x, j).max(0f);
            FloatVector log = log(positive.mul(scale).add(floor));
            log.intoArray(v, j);
            FloatVector.fromArray(FLOATS, sum, j).add(log.mul(weight)).intoArray(sum, j);
        }
    }

    private static FloatVector log(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector e = bits.sub(FastLog.SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = bits.sub(e.lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats()
                .sub(1f);
        FloatVector p = f.mul(FastLog.P8).add(FastLog.P7);
        p = p.mul(f).add(FastLog.P6);
        p = p.mul(f).add(FastLog.P5);
        p = p.mul(f).add(FastLog.P4);
        p = p.mul(f).add(FastLog.P3);
        p = p.mul(f).add(FastLog.P2);
        p = p.mul(f).add(FastLog.P1);
        p = p.mul(f).add(FastLog.P0);
        FloatVector square = f.mul(f);
        FloatVector whole = ((FloatVector) e.convertShape(VectorOperators.I2F, FLOATS, 0)).mul(FastLog.LN_2);
        return whole.add(square.mul(f).mul(p).sub(square.mul(0.5f)).add(f));
    }

    @Override
    void exp(float[] x, float shift, float[] out, int n) {
        for (int j = 0; j < n; j += WIDTH) {
            exp(FloatVector.fromArray(FLOATS, x, j).sub(shift)).intoArray(out, j);
        }
    }

    private static FloatVector exp(FloatVector x) {
        FloatVector clipped = x.max(FastExp.LOWEST);
        FloatVector rounded = clipped.mul(FastExp.LOG2_E).add(FastExp.ROUND);
        FloatVector n = rounded.sub(FastExp.ROUND);
        FloatVector r = clipped.sub(n.mul(FastExp.LN2_HIGH)).sub(n.mul(FastExp.LN2_LOW));
        FloatVector p = r.mul(FastExp.P6).add(FastExp.P5);
        p = p.mul(r).add(FastExp.P4);
        p = p.mul(r).add(FastExp.P3);
        p = p.mul(r).add(FastExp.P2);
        IntVector power = rounded.reinterpretAsInts().sub(FastExp.ROUND_BITS - 127);
        return r.mul(r)
                .mul(p)
                .add(r)
                .add(1f)
                .mul(power.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    }

    @Override
    void addAndScale(float c, float[] x, float[] column, float[] y, int n) {
        for (int j = 0; j < n; j += WIDTH) {
            FloatVector sum = FloatVector.fromArray(FLOATS, y, j)
                    .add(FloatVector.fromArray(FLOATS, x, j).mul(c));
            sum.mul(FloatVector.fromArray(FLOATS, column, j)).intoArray(y, j);
        }
    }

    @Override
    float max(float[] x, int n) {
        FloatVector max = FloatVector.fromArray(FLOATS, x, 0);
        for (int j = WIDTH; j < n; j += WIDTH) {
            max = max.max(FloatVector.fromArray(FLOATS, x, j));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    @Override
    public long aboveAndEqual(float[] x, float reached, int n) {
        FloatVector limit = FloatVector.broadcast(FLOATS, reached);
        int above = 0;
        int equal = 0;
        for (int j = 0; j < n; j += WIDTH) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, j);
            above += v.compare(VectorOperators.GT, limit).trueCount();
            equal += v.compare(VectorOperators.EQ, limit).trueCount();
        }
        return (long) above << 32 | equal;
    }

    @Override
    void rectify(float[] x, float weight, float[] sum, int n) {
        for (int j = 0; j < n; j += WIDTH) {
            FloatVector positive = FloatVector.fromArray(FLOATS, x, j).max(0f);
            positive.intoArray(x, j);
            FloatVector.fromArray(FLOATS, sum, j).add(positive.mul(weight)).intoArray(sum, j);
        }
    }

    @Override
    void gate(float[] x, float[] y, float[] out, int n) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int j = 0; j < n; j += WIDTH) {
            VectorMask<Float> open = FloatVector.fromArray(FLOATS, x, j).compare(VectorOperators.GT, 0f);
            zero.blend(FloatVector.fromArray(FLOATS, y, j), open).intoArray(out, j);
        }
    }
}
