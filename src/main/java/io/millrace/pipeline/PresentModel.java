package io.millrace.pipeline;

import io.millrace.learning.ItemRows;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.UserRows;
import io.millrace.sampling.ModelView;

/** The model as it is now for one user at a time, whose vector is summed up once. */
final class PresentModel implements ModelView {

    private final OnlineLearner learner;
    private final UserRows users;
    private final int dimension;
    private final float[] represented;
    private int row;
    private boolean isRepresented;

    PresentModel(OnlineLearner learner, int dimension) {
        this.learner = learner;
        this.dimension = dimension;
        users = learner.users();
        represented = new float[users.padded()];
    }

    /** Scores are those of the user in a row from now on, as their vectors are when they are next asked for. */
    void lookAt(int row) {
        this.row = row;
        isRepresented = false;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void user(float[] out) {
        System.arraycopy(represented(), 0, out, 0, dimension);
    }

    /** Only users in memory have a vector here: looking never brings one in. */
    @Override
    public boolean user(long user, float[] out) {
        int at = users.rowIfPresent(user);
        if (at < 0) {
            return false;
        }
        System.arraycopy(users.floats(), users.vector(at), out, 0, dimension);
        return true;
    }

    @Override
    public void item(int slot, float[] out) {
        ItemRows items = learner.items();
        int at = items.target(items.row(slot)); // may make the row, and the array larger
        System.arraycopy(items.floats(), at, out, 0, dimension);
    }

    @Override
    public float bias(int slot) {
        ItemRows items = learner.items();
        int at = items.bias(items.row(slot));
        return items.floats()[at];
    }

    @Override
    public float score(int slot) {
        ItemRows items = learner.items();
        return items.score(represented(), items.row(slot));
    }

    private float[] represented() {
        if (!isRepresented) {
            learner.represent(row, represented);
            isRepresented = true;
        }
        return represented;
    }
}
