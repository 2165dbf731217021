package io.millrace.pipeline;

import io.millrace.attribution.Balance;
import io.millrace.attribution.Joiner;
import io.millrace.attribution.Outcomes;
import io.millrace.attribution.SeenIds;
import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.learning.ClickWindow;
import io.millrace.learning.Exp;
import io.millrace.learning.HierarchicalSoftmax;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.SequenceConfig;
import io.millrace.learning.UserRows;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.ExposureLabels;
import io.millrace.sampling.MedianBias;
import io.millrace.sampling.Negatives;
import io.millrace.sampling.PositiveFilter;
import io.millrace.sampling.RealNegativeFilter;
import io.millrace.sampling.RecentItems;
import io.millrace.sampling.Sampling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One partition of Millrace. An event goes through it in one order, on which every statistic rests:
 *
 * <pre>
 *   deduplicate ─► attribute ─► evaluate ─► draw ─► step ─► count
 *                               with the model and the counts as they were
 * </pre>
 *
 * <p>Where negatives come from a micro-batch, positives wait between evaluating and drawing until theirs is complete.
 *
 * <p>Where a click is learned from both sides, it is counted and remembered when it comes and drawn for when it is due.
 *
 * <p>Drawing before counting keeps q independent of the positive it is for. Time is the events' own: stream time is the
 * largest event time seen, and nothing here looks at a clock. Not thread-safe.
 */
public final class Pipeline {

    private static final int VERSION = 2;

    private final PipelineConfig config;
    private final Catalog catalog;
    private final ItemCounts counts;
    private final OnlineLearner learner;
    private final UserRows users;
    private final Sampling sampling;
    private final Ledger ledger;
    private final Refusals refusals;
    private final Evaluator evaluator;

    private final Joiner joiner;
    private final SeenIds seen;
    private final PresentModel model;
    private final NegativeDraws draws;
    private final Negatives none = new Negatives();
    private final Example example = new Example();
    private final Outcomes outcomes = new Learning();
    private final PositiveFilter positives;
    private final ClosedImpressions closed;

    /** What new items start at, where that is not nothing. */
    private final @Nullable MedianBias medianBias;

    private final @Nullable WaitingPositives waiting;
    private final ExposureLabels labels;

    /** The clicks near a positive, where it is learned from these; else null. */
    private final @Nullable ClickWindow window;

    /** Clicks that wait for those after them, where they are learned from both sides; else null. */
    private final @Nullable WaitingCentres centres;

    private int row;
    private long streamTimeMs = Long.MIN_VALUE;
    private long sequence;

    public Pipeline(
            PipelineConfig config,
            Catalog catalog,
            ItemCounts counts,
            OnlineLearner learner,
            Sampling sampling,
            Evaluator evaluator,
            Ledger ledger,
            Refusals refusals) {
        this.config = config;
        this.catalog = catalog;
        this.counts = counts;
        this.learner = learner;
        this.sampling = sampling;
        this.evaluator = evaluator;
        this.ledger = ledger;
        this.refusals = refusals;
        users = learner.users();
        joiner = new Joiner(config.attribution());
        seen = new SeenIds(config.attribution().dedupHorizonMs(), config.maxSeen());
        model = new PresentModel(learner, config.learning().dimension());
        positives =
                new PositiveFilter(config.positives(), counts, config.learning().seed());
        closed = new ClosedImpressions(config.calibration(), this::score, joiner.balance());
        waiting = WaitingPositives.of(sampling);
        draws = new NegativeDraws(config, catalog, counts, learner, sampling, joiner, waiting, model);
        labels = sampling.labels();
        medianBias = config.learning().newcomers().startsAtMedian() ? startMedian() : null;
        learner.adversary(sampling.adversary());
        startTree(learner.tree());
        centres = config.learning().sequences().isBothSided()
                ? startCentres(config.learning().sequences())
                : null;
        window = config.learning().sequences().isSequential()
                ? new ClickWindow(
                        config.learning().sequences(), config.learning().seed(), catalog, positives::keeps)
                : null;
    }

    private MedianBias startMedian() {
        var median = new MedianBias();
        sampling.remember(median);
        return median;
    }

    private WaitingCentres startCentres(SequenceConfig sequences) {
        var waitingCentres = new WaitingCentres(sequences.window(), sequences.sessionGapMs());
        sampling.remember(waitingCentres);
        return waitingCentres;
    }

    private void startTree(@Nullable HierarchicalSoftmax tree) {
        if (tree != null) {
            tree.start(counts);
            sampling.remember(tree);
        }
    }

    /** Takes one event; whatever it decides, now or about earlier ones, is learned and in the ledger on return. */
    public void accept(Event event) {
        advance(event.atMs());
        if (!seen.firstSight(event.id().hash(), streamTimeMs)) {
            balance().duplicate(kind(event));
            return;
        }
        if (catalog.isFull() && catalog.slotOf(event.item().hash()) < 0) {
            balance().refused(kind(event));
            refusals.full(event);
            return;
        }
        if (!isKnownApart(event)) {
            balance().refused(kind(event));
            refusals.collision(event);
            return;
        }
        if (event instanceof Impression impression) {
            expose(impression);
        } else if (event instanceof Click click) {
            joiner.accept(click, outcomes);
        } else if (event instanceof Dislike dislike) {
            learnDislike(dislike);
        }
    }

    /** Counts an event that could not be read. */
    public void refused(boolean isClick) {
        balance().refused(isClick ? Balance.Kind.CLICKS : Balance.Kind.IMPRESSIONS);
    }

    /** True while an impression or a click is undecided or not learned. */
    public boolean hasUndecided() {
        boolean waits = waiting != null && waiting.size() > 0 || centres != null && centres.size() > 0;
        return waits
                || balance().get(Balance.Count.IMPRESSIONS_PENDING) + balance().get(Balance.Count.CLICKS_WAITING) > 0;
    }

    /** Learns the positives that wait for their batch to be complete: nobody goes on with it. */
    public void learnWaiting() {
        if (waiting != null && waiting.size() > 0) {
            learnBatch(waiting);
        }
    }

    /** Event time has reached {@code atMs}: learns the batch and decides every impression that was due before. */
    public void advance(long atMs) {
        if (atMs <= streamTimeMs) {
            return;
        }
        if (waiting != null && waiting.isDue(atMs)) {
            learnBatch(waiting);
        }
        streamTimeMs = atMs;
        if (centres != null) {
            learnEnded(centres);
        }
        counts.advance(atMs);
        joiner.advance(atMs, outcomes);
        sampling.advanced(atMs);
    }

    /** The largest event time seen, epoch milliseconds; {@link Long#MIN_VALUE} before the first event. */
    public long streamTimeMs() {
        return streamTimeMs;
    }

    public Balance balance() {
        return joiner.balance();
    }

    public Joiner joiner() {
        return joiner;
    }

    public SeenIds seen() {
        return seen;
    }

    public OnlineLearner learner() {
        return learner;
    }

    public Catalog catalog() {
        return catalog;
    }

    public ItemCounts counts() {
        return counts;
    }

    public Sampling sampling() {
        return sampling;
    }

    public Evaluator evaluator() {
        return evaluator;
    }

    /** Makes click probabilities of scores; null where that is not configured, for no score is one by itself. */
    public @Nullable ClickCalibration calibration() {
        return closed.calibration();
    }

    /** Writes what is neither a row nor in the joiner's log: stream time, sequence, balance, metrics, calibration. */
    public void writeTo(DataOutput out) throws IOException {
        writeTo(out, balance(), evaluator);
    }

    /** The same for a pipeline that is to go on with a part of the balance, and with another evaluator. */
    public void writeTo(DataOutput out, Balance part, Evaluator other) throws IOException {
        out.writeByte(VERSION);
        out.writeLong(streamTimeMs);
        out.writeLong(sequence);
        part.writeTo(out);
        other.writeTo(out);
        closed.writeTo(out);
    }

    public void readFrom(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("pipeline state has version " + version + ", expected " + VERSION);
        }
        streamTimeMs = in.readLong();
        sequence = in.readLong();
        balance().readFrom(in);
        evaluator.readFrom(in);
        closed.readFrom(in);
        if (streamTimeMs != Long.MIN_VALUE) {
            counts.advance(streamTimeMs);
        }
    }

    /** The slot of an item. One that is new starts here, at the same event live as in a backtest. */
    private int slot(EntityId item) {
        int known = catalog.slotOf(item.hash());
        if (known >= 0) {
            return known;
        }
        int slot = catalog.add(item);
        if (medianBias != null) {
            learner.items().start(slot, medianBias.value());
        }
        return slot;
    }

    /** A hash names one item and one user; texts that share one are refused rather than merged. */
    private boolean isKnownApart(Event event) {
        row = users.row(event.user());
        return users.user(row).equals(event.user()) && !catalog.collides(event.item());
    }

    private static Balance.Kind kind(Event event) {
        if (event instanceof Impression) {
            return Balance.Kind.IMPRESSIONS;
        }
        return event instanceof Click ? Balance.Kind.CLICKS : Balance.Kind.DISLIKES;
    }

    private void expose(Impression impression) {
        int slot = slot(impression.item());
        counts.exposed(slot, impression.atMs());
        if (labels.atOnce()) {
            learnExposed(impression, labels.negativeWeight(probability(impression)));
        }
        joiner.accept(impression, outcomes);
    }

    private void learnDislike(Dislike dislike) {
        balance().dislikeLearned();
        begin(Example.Kind.DISLIKE, dislike.id(), dislike, null);
        example.weight = config.learning().dislikeWeight() * dislike.weight();
        learnPair(false, Example.digest(dislike.id().hash(), Example.Kind.DISLIKE));
        users.exposed(row).add(dislike.item().hash(), dislike.atMs());
        sampling.disliked(dislike.user().hash(), catalog.slotOf(dislike.item().hash()), dislike.atMs());
        ledger.write(example, none, catalog);
    }

    private void learnUnclicked(Impression impression) {
        closed.unclicked(impression);
        if (!labels.atOnce()) {
            learnExposed(impression, 1);
        }
        if (labels.wasSeen(impression)) {
            row = users.row(impression.user());
            users.touch(row);
            users.exposed(row).add(impression.item().hash(), impression.atMs());
            sampling.unclicked(
                    impression.user().hash(), catalog.slotOf(impression.item().hash()), impression.atMs());
        }
    }

    private void learnExposed(Impression impression, double label) {
        begin(Example.Kind.EXPOSED_NEGATIVE, impression.id(), impression, impression);
        example.weight = config.learning().unclickedWeight() * keptWeight(impression) * (float) label;
        learnPair(false, Example.digest(impression.id().hash(), Example.Kind.EXPOSED_NEGATIVE));
        ledger.write(example, none, catalog);
    }

    /** The probability of a click as the model has it now. */
    private double probability(Impression impression) {
        return Exp.sigmoid(score(impression));
    }

    /** Takes an answer to an impression and returns true for the first. */
    private boolean answered(Impression impression, boolean retracts) {
        boolean isFirst = closed.answered(impression, retracts);
        labels.answered(impression);
        return isFirst;
    }

    private float score(Impression impression) {
        int slot = slot(impression.item());
        model.lookAt(users.row(impression.user()));
        return model.score(slot);
    }

    /** 0 for an impression of an item shown so often that this one is left out; see {@link RealNegativeFilter}. */
    private float keptWeight(Impression impression) {
        RealNegativeFilter filter = sampling.filter();
        int slot = slot(impression.item());
        return filter.keeps(impression.id().hash(), slot) ? filter.weight(slot) : 0;
    }

    /** Learns a positive now, or with the others of its batch; either way it is judged by the model as it is. */
    private void take(Positive positive) {
        Click click = positive.click();
        row = users.row(click.user());
        evaluator.evaluate(this, row, slot(click.item()), click);
        if (centres != null) {
            hold(centres, positive);
            return;
        }
        if (waiting == null) {
            learn(positive, 0);
            return;
        }
        waiting.add(positive, streamTimeMs);
        if (waiting.isDue(streamTimeMs)) {
            learnBatch(waiting);
        }
    }

    /** Remembers a click at once and learns those of its user for which enough have come after them. */
    private void hold(WaitingCentres queue, Positive positive) {
        Click click = positive.click();
        long user = click.user().hash();
        for (Positive due = queue.dueBefore(user, click.atMs());
                due != null;
                due = queue.dueBefore(user, click.atMs())) {
            learn(due, 0);
        }
        row = users.row(click.user());
        users.touch(row);
        users.seenAt(row, click.atMs());
        int slot = slot(click.item());
        RecentItems clicked = users.clicked(row);
        int previous = clicked.size() == 0 ? -1 : catalog.slotOf(clicked.item(0));
        counts.clicked(slot, click.atMs());
        remember(click, slot, previous);
        queue.add(positive, streamTimeMs);
        Positive due = queue.dueAfter(user);
        if (due != null) {
            learn(due, 0);
        }
        learnEnded(queue);
    }

    private void learnEnded(WaitingCentres queue) {
        for (Positive due = queue.dueAt(streamTimeMs); due != null; due = queue.dueAt(streamTimeMs)) {
            learn(due, 0);
        }
    }

    private void remember(Click click, int slot, int previous) {
        sampling.clicked(click.user().hash(), slot, previous, click.atMs());
        users.clicked(row).add(click.item().hash(), click.atMs());
        users.exposed(row).remove(click.item().hash());
    }

    /** Row by row, as single positives are: each is drawn for and counted before the next. */
    private void learnBatch(WaitingPositives batch) {
        batch.locate(catalog);
        draws.excludeForAll(batch);
        for (int k = 0; k < batch.size(); k++) {
            learn(batch.get(k), k);
        }
        batch.clear();
    }

    private void learn(Positive positive, int batchRow) {
        Impression impression = positive.impression();
        if (positive.isCorrection() && impression != null) {
            learnCorrection(positive.click(), impression, positive.retracts(), batchRow);
        } else {
            learnPositive(positive.click(), impression, positive.retracts(), batchRow);
        }
    }

    /** @param answersNegative true when its impression was learned as a negative at once */
    private void learnPositive(Click click, @Nullable Impression impression, boolean answersNegative, int batchRow) {
        double label = answersNegative && impression != null ? labels.positiveWeight(probability(impression)) : 1;
        begin(Example.Kind.POSITIVE, click.id(), click, impression);
        learnClick(click, Example.digest(click.id().hash(), Example.Kind.POSITIVE), batchRow, (float) label);
    }

    /** Takes the earlier negative back with a positive step of the same weight, then learns the click. */
    private void learnCorrection(Click click, Impression impression, boolean retracts, int batchRow) {
        begin(Example.Kind.CORRECTION, impression.id(), click, impression);
        float unclicked = config.learning().unclickedWeight() * keptWeight(impression);
        if (retracts && unclicked > 0) {
            boolean taken = learner.learnPair(
                    row,
                    slot(click.item()),
                    true,
                    unclicked,
                    logitShift(slot(click.item())),
                    Example.retractionDigest(impression.id().hash()));
            example.retracted = taken ? unclicked : 0;
            model.lookAt(row);
        }
        learnClick(click, Example.digest(impression.id().hash(), Example.Kind.CORRECTION), batchRow, 1);
    }

    private void learnClick(Click click, long digest, int batchRow, float label) {
        int slot = slot(click.item());
        example.action = click.action();
        example.weight = click.weight() * config.actionWeight(click.action()) * kept(click, slot) * label;
        example.requested = draws.drawFor(click, row, slot, batchRow);
        if (example.weight > 0) {
            example.weight += sampling.falseNegatives().owed(click.user().hash(), slot);
            example.stepped = step(slot, digest);
        }
        if (centres != null) {
            sampling.learned(draws.context(), draws.negatives());
        } else {
            int previous = draws.context().lastClicked();
            counts.clicked(slot, click.atMs());
            sampling.learned(draws.context(), draws.negatives());
            boolean isFoldedIn =
                    users.clicked(row).size() < config.learning().newcomers().foldIn();
            remember(click, slot, previous);
            if (isFoldedIn) {
                learner.foldIn(row);
            }
        }
        ledger.write(example, draws.negatives(), catalog);
    }

    private boolean step(int slot, long digest) {
        return window == null
                ? learner.learn(row, slot, draws.negatives(), example.weight, logitShift(slot), digest)
                : learner.learn(row, slot, window, draws.negatives(), example.weight, digest);
    }

    /** What thinning out leaves of a click; with sequences, 0 where no click is near that it could be learned from. */
    private float kept(Click click, int slot) {
        if (window == null) {
            return positives.weight(click.id().hash(), slot);
        }
        long user = click.user().hash();
        if (centres == null) {
            window.find(users.clicked(row), user, click.item().hash(), click.atMs());
        } else {
            window.findAround(users.clicked(row), user, click.item().hash(), click.atMs());
        }
        long key = ClickWindow.key(user, click.item().hash(), click.atMs());
        return window.keeps(key, slot) && !window.isEmpty() ? 1 : 0;
    }

    private void learnPair(boolean positive, long digest) {
        int slot = slot(example.item);
        if (example.weight > 0) {
            example.stepped = learner.learnPair(row, slot, positive, example.weight, logitShift(slot), digest);
        }
    }

    /** What the thinning of examples adds to the logit of an item's clicks, where it is taken off by a shift. */
    private float logitShift(int slot) {
        RealNegativeFilter filter = sampling.filter();
        return filter.shiftsLogits() ? filter.logitShift(slot) + positives.logitShift(slot) : 0;
    }

    private void begin(Example.Kind kind, EntityId id, Event cause, @Nullable Impression impression) {
        row = users.row(cause.user());
        users.touch(row);
        users.seenAt(row, cause.atMs());
        model.lookAt(row);
        example.kind = kind;
        example.id = id;
        example.user = cause.user();
        example.item = cause.item();
        example.action = "";
        example.weight = 0;
        example.retracted = 0;
        example.atMs = cause.atMs();
        example.impression = impression;
        example.sequence = sequence++;
        example.requested = 0;
        example.stepped = false;
    }

    /** What the joiner decides is learned at once. */
    private final class Learning implements Outcomes {

        @Override
        public void clicked(Impression impression, Click click) {
            boolean isFirst = answered(impression, false);
            take(new Positive(click, impression, false, labels.atOnce() && isFirst));
        }

        @Override
        public void unclicked(Impression impression) {
            learnUnclicked(impression);
        }

        @Override
        public void lateClicked(Impression impression, Click click, boolean retracts) {
            boolean isFirst = answered(impression, retracts);
            boolean answers = labels.atOnce() ? isFirst : retracts;
            take(new Positive(click, impression, !labels.atOnce(), answers));
        }

        @Override
        public void orphan(Click click) {
            if (config.learnOrphans()) {
                take(new Positive(click, null, false, false));
            }
        }
    }
}
