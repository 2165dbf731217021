package io.millrace.sampling;

/**
 * The present model as a sampler sees it: v is the embedding of the user of the draw, y_j and b_j vector and bias of an
 * item, and the score is s(j) = b_j + y_j · v. Reading it teaches it nothing and makes no rows.
 */
public interface ModelView extends Scorer {

    /** Of a partition that has no model: every score is 0. */
    ModelView NONE = new ModelView() {
        @Override
        public int dimension() {
            return 0;
        }

        @Override
        public void user(float[] out) {}

        @Override
        public boolean user(long user, float[] out) {
            return false;
        }

        @Override
        public void item(int slot, float[] out) {}

        @Override
        public float bias(int slot) {
            return 0;
        }

        @Override
        public float score(int slot) {
            return 0;
        }
    };

    /** Floats of a vector, d. */
    int dimension();

    /** Writes v of the user of the draw into {@code out[0..d)}. */
    void user(float[] out);

    /** Writes the own vector of any user into {@code out[0..d)}; false when that user has none here. */
    boolean user(long user, float[] out);

    /** Writes y of an item into {@code out[0..d)}. */
    void item(int slot, float[] out);

    float bias(int slot);
}
