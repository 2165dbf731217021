package io.millrace.pipeline;

import io.millrace.attribution.Joiner;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Impression;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.UserRows;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Draw;
import io.millrace.sampling.Exclusions;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.RecentItems;
import io.millrace.sampling.Sampling;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Draws the negatives of a positive. What may not be one: the positive, what its user clicked lately, what they were shown
 * and may still click, and with a micro-batch what its other rows rule out.
 */
final class NegativeDraws {

    private final PipelineConfig config;
    private final Catalog catalog;
    private final OnlineLearner learner;
    private final UserRows users;
    private final Sampling sampling;
    private final Joiner joiner;
    private final @Nullable WaitingPositives waiting;

    private final Draw draw;
    private final Negatives negatives = new Negatives();
    private final Consumer<Impression> excludeOpen = impression -> exclude(impression.item());

    /** Strict noise-contrastive estimation: only what the user may still click is kept from being drawn. */
    private final boolean anyItemIsNoise;

    /** What may not be drawn for any row of the batch that is learned, where its rows share their negatives. */
    private final Exclusions ofBatch = new Exclusions();

    NegativeDraws(
            PipelineConfig config,
            Catalog catalog,
            ItemCounts counts,
            OnlineLearner learner,
            Sampling sampling,
            Joiner joiner,
            @Nullable WaitingPositives waiting,
            PresentModel model) {
        this.config = config;
        this.catalog = catalog;
        this.learner = learner;
        this.sampling = sampling;
        this.joiner = joiner;
        this.waiting = waiting;
        users = learner.users();
        draw = new Draw(catalog, counts);
        draw.model(model);
        anyItemIsNoise = config.learning().loss().equals("nce")
                && config.learning().losses().nceStrict();
    }

    /** What the last draw was made for. */
    Draw context() {
        return draw;
    }

    /** What the last draw gave. */
    Negatives negatives() {
        return negatives;
    }

    /**
     * Draws for a positive into {@link #negatives}.
     *
     * @param row of the user
     * @param slot of the item
     * @param batchRow of the positive in its micro-batch, where there is one
     * @return how many were asked for, of which fewer may have been found
     */
    int drawFor(Click click, int row, int slot, int batchRow) {
        negatives.clear();
        if (learner.tree() != null) {
            start(click, row, slot); // all items are in the tree, and none is drawn
            return 0;
        }
        begin(click, row, slot);
        if (waiting != null) {
            waiting.excludeOthersOf(draw);
            draw.batch(waiting.batch(), batchRow);
        }
        for (int member = 0; member < ofBatch.size(); member++) {
            draw.exclusions().add(ofBatch.slot(member));
        }
        sampling.sampler().sample(draw, config.negatives(), negatives);
        sampling.grace().spare(negatives);
        if (learner.needsPositiveQ()) {
            negatives.positiveQ(sampling.sampler().positiveProbability(draw));
        }
        return Math.max(config.negatives(), negatives.size());
    }

    /** Rows that share their negatives must share what may not be one. */
    void excludeForAll(WaitingPositives batch) {
        ofBatch.clear();
        for (int k = 0; k < batch.size() && sampling.sampler().drawsForWholeBatch(); k++) {
            Click click = batch.get(k).click();
            begin(click, users.row(click.user()), catalog.add(click.item()));
            for (int member = 0; member < draw.exclusions().size(); member++) {
                ofBatch.add(draw.exclusions().slot(member));
            }
        }
    }

    private void start(Click click, int row, int slot) {
        draw.start(
                config.learning().seed(),
                click.id().hash(),
                click.user().hash(),
                slot,
                click.atMs(),
                users.clicked(row),
                users.exposed(row));
    }

    /** A context for a positive, with what may not be drawn for it. */
    private void begin(Click click, int row, int slot) {
        start(click, row, slot);
        if (anyItemIsNoise) {
            draw.exclusions().clear();
        } else {
            excludeClicked(users.clicked(row), click.atMs());
        }
        joiner.eachOpen(click.user().hash(), excludeOpen);
    }

    private void excludeClicked(RecentItems clicked, long atMs) {
        Exclusions exclusions = draw.exclusions();
        for (int k = 0; k < clicked.size(); k++) {
            if (atMs - clicked.atMs(k) <= config.exclusionHorizonMs()) {
                exclusions.add(clicked.slot(k, catalog));
            }
        }
    }

    private void exclude(EntityId item) {
        draw.exclusions().add(catalog.slotOf(item.hash()));
    }
}
