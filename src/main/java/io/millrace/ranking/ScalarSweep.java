package io.millrace.ranking;

/** {@link Sweep} in plain Java. */
final class ScalarSweep extends Sweep {

    @Override
    void log(float[] x, float scale, float floor, float[] v, float weight, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            float positive = x[j] > 0 ? x[j] : 0;
            float log = FastLog.log(positive * scale + floor);
            v[j] = log;
            sum[j] += weight * log;
        }
    }

    @Override
    void exp(float[] x, float shift, float[] out, int n) {
        for (int j = 0; j < n; j++) {
            out[j] = FastExp.exp(x[j] - shift);
        }
    }

    @Override
    void addAndScale(float c, float[] x, float[] column, float[] y, int n) {
        for (int j = 0; j < n; j++) {
            y[j] = (y[j] + c * x[j]) * column[j];
        }
    }

    @Override
    float max(float[] x, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = x[j] > max ? x[j] : max;
        }
        return max;
    }

    @Override
    public long aboveAndEqual(float[] x, float reached, int n) {
        int above = 0;
        int equal = 0;
        for (int j = 0; j < n; j++) {
            above += x[j] > reached ? 1 : 0;
            equal += x[j] == reached ? 1 : 0;
        }
        return (long) above << 32 | equal;
    }

    @Override
    void rectify(float[] x, float weight, float[] sum, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = x[j] > 0 ? x[j] : 0;
            sum[j] += weight * x[j];
        }
    }

    @Override
    void gate(float[] x, float[] y, float[] out, int n) {
        for (int j = 0; j < n; j++) {
            out[j] = x[j] > 0 ? y[j] : 0;
        }
    }
}
