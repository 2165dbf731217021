package io.millrace.serving;

import io.millrace.event.EntityId;
import io.millrace.learning.Arithmetic;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.RecencyWeights;
import io.millrace.pipeline.ClickCalibration;
import io.millrace.query.Unavailable;
import io.millrace.query.UserState;
import io.millrace.query.UserStates;
import io.millrace.sampling.RecentItems;
import io.millrace.store.ItemRow;
import io.millrace.store.UserRowFormat;
import io.millrace.topology.ItemTable;
import io.millrace.topology.LearnerReport;
import io.millrace.topology.MillraceInstance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Users of this instance, as learned by now. The vector served is the whole user side of the score: own vector
 * plus the weighted context vectors of the last clicks, so that any client may take dot products with item vectors.
 */
public final class ServedUsers implements UserStates {

    private final MillraceInstance instance;
    private final ItemTable table;
    private final LearningConfig learning;
    private final RecencyWeights recency;
    private final int padded;

    public ServedUsers(MillraceInstance instance, LearningConfig learning) {
        this.instance = instance;
        this.learning = learning;
        table = instance.instance().table();
        recency = new RecencyWeights(learning.contextItems(), learning.contextDecay());
        padded = Arithmetic.padded(learning.dimension());
    }

    @Override
    public Optional<UserState> find(String user) {
        EntityId id = EntityId.of(user);
        byte[] stored = row(instance, user);
        if (stored == null) {
            return Optional.empty();
        }
        UserRowFormat.Row row = new UserRowFormat().read(stored);
        return row.user().equals(id) ? Optional.of(state(row, clicks(user))) : Optional.empty();
    }

    /** The row of a user, or null. */
    static byte @Nullable [] row(MillraceInstance instance, String user) {
        try {
            return instance.userRow(user);
        } catch (InvalidStateStoreException e) {
            throw new Unavailable(
                    "the partition of this user is moving or being restored, or its learner does not get on");
        }
    }

    private ClickCalibration.@Nullable Scale clicks(String user) {
        LearnerReport owner =
                instance.instance().learners().get(instance.ownerOf(user).partition());
        return owner == null ? null : owner.clicks();
    }

    private UserState state(UserRowFormat.Row row, ClickCalibration.@Nullable Scale clickScale) {
        float[] served = new float[padded];
        List<String> clicks = new ArrayList<>();
        Arithmetic.get().addScaled(learning.ownWeight(), row.vector(), 0, 0f, served, 0, padded);
        addContext(row.clicked(), served, clicks);
        return new UserState(
                Arrays.copyOf(served, learning.dimension()),
                clicks,
                row.updates(),
                row.digest(),
                row.lastMs(),
                clickScale);
    }

    private void addContext(RecentItems clicked, float[] served, List<String> clicks) {
        ItemRow item = new ItemRow(table.vectorStride(), table.scalarStride());
        float[] sum = new float[padded];
        float weights = 0;
        for (int k = 0; k < clicked.size(); k++) {
            if (!table.find(clicked.item(k), item)) {
                continue;
            }
            clicks.add(item.item.text());
            if (k < recency.items()) {
                weights += recency.of(k);
                int context = item.vectors.length - padded;
                if (item.hasFloats) {
                    Arithmetic.get().addScaled(recency.of(k), item.vectors, context, 1f, sum, 0, padded);
                }
            }
        }
        Arithmetic.get().addScaled(RecencyWeights.scale(weights), sum, 0, 1f, served, 0, padded);
    }
}
