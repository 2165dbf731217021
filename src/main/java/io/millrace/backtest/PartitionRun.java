package io.millrace.backtest;

import io.millrace.attribution.Balance;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.learning.ItemRows;
import io.millrace.learning.OnlineLearner;
import io.millrace.learning.Optimizer;
import io.millrace.learning.Optimizers;
import io.millrace.learning.UserRows;
import io.millrace.pipeline.Example;
import io.millrace.pipeline.Pipeline;
import io.millrace.pipeline.Refusals;
import io.millrace.popularity.ItemCounts;
import io.millrace.ranking.Blend;
import io.millrace.ranking.Ranker;
import io.millrace.sampling.Catalog;
import io.millrace.sampling.Samplers;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configuration over one history: the very pipeline that a live partition runs, with its rows in memory. What it
 * learns, and its ledger, are those of the live topology with one partition. Not thread-safe.
 */
public final class PartitionRun {

    /** What is looked at while it runs; what is learned is the same. */
    enum Looks {
        /** Every line of a report. */
        ALL,
        /** The ranking that is served, alone. */
        SERVED,
        /** The predicted clicks of impressions, alone. */
        CLICKS
    }

    private final RunConfig config;
    private final Looks looks;
    private final Pipeline pipeline;
    private final LedgerDigest ledger;
    private final RankedClicks ranked;
    private final PredictedClicks predicted;
    private final Lines lines;
    private final LastEvents lastEvents = new LastEvents();
    private long events;
    private long impressions;
    private long firstMs = Long.MAX_VALUE;
    private long lastMs = Long.MIN_VALUE;
    private long cpuNs;

    public PartitionRun(RunConfig config) {
        this(config, null);
    }

    /** @param ledgerCopy takes the ledger as JSON lines, closed with the run; null for none */
    public PartitionRun(RunConfig config, @Nullable OutputStream ledgerCopy) {
        this(config, ledgerCopy, Looks.ALL);
    }

    PartitionRun(RunConfig config, @Nullable OutputStream ledgerCopy, Looks looks) {
        this.config = config;
        this.looks = looks;
        ledger = new LedgerDigest(ledgerCopy);
        Optimizer optimizer = Optimizers.make(config.pipeline().learning());
        Catalog catalog = new Catalog();
        ItemCounts counts = new ItemCounts(config.halfLife());
        counts.journal(lastEvents);
        OnlineLearner learner = new OnlineLearner(
                config.pipeline().learning(),
                catalog,
                new ItemRows(config.pipeline().learning(), optimizer, catalog, null),
                new UserRows(
                        config.pipeline().learning(),
                        optimizer,
                        config.historyClicked(),
                        config.historyExposed(),
                        Integer.MAX_VALUE),
                optimizer);
        lines = looks == Looks.ALL ? Lines.of(config, catalog, learner) : Lines.served(config, catalog, learner);
        ranked = looks == Looks.CLICKS
                ? new RankedClicks(config.measure().ofNothing(), catalog, List.of(new ClickCounts()))
                : new RankedClicks(config.measure(), catalog, lines.all());
        predicted = new PredictedClicks(Math.max(10_000, config.measure().window()));
        pipeline = new Pipeline(
                config.pipeline(),
                catalog,
                counts,
                learner,
                Samplers.make(config.sampler(), config.samplerParameters(), catalog, counts, config.maxTries()),
                ranked,
                (example, negatives, slots) -> {
                    decided(example);
                    ledger.write(example, negatives, slots);
                },
                Refusals.ONLY_COUNTED);
    }

    private void decided(Example example) {
        if (looks != Looks.SERVED) {
            predicted.decided(example, pipeline);
        }
    }

    public void accept(Event event) {
        events++;
        firstMs = Math.min(firstMs, event.atMs());
        lastMs = Math.max(lastMs, event.atMs());
        impressions += event instanceof Impression ? 1 : 0;
        if (event instanceof Impression impression && looks != Looks.SERVED) {
            show(impression);
        } else {
            pipeline.accept(event);
        }
    }

    /** What was due before is decided first, so that the prediction knows all that a live one would. */
    private void show(Impression impression) {
        pipeline.advance(impression.atMs());
        long before = notTaken();
        predicted.show(impression, pipeline);
        pipeline.accept(impression);
        if (notTaken() > before) {
            predicted.withdraw(impression);
        }
    }

    private long notTaken() {
        Balance balance = pipeline.balance();
        return balance.get(Balance.Count.IMPRESSIONS_DUPLICATE) + balance.get(Balance.Count.IMPRESSIONS_REFUSED);
    }

    public RunConfig config() {
        return config;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    RankedClicks ranked() {
        return ranked;
    }

    PredictedClicks predicted() {
        return predicted;
    }

    Lines lines() {
        return lines;
    }

    /** The blend that is served; null when the embeddings are. */
    public @Nullable Blend servedBlend() {
        return Lines.alone(lines.learned().get(0)) instanceof Blend blend ? blend : null;
    }

    /** Event time of the last event of an item, epoch milliseconds; 0 when none was counted. */
    public long lastMs(int slot) {
        return lastEvents.atMs(slot);
    }

    /** Event time of the newest click that was learned, epoch milliseconds; 0 before the first. */
    public long newestClickMs() {
        return lastEvents.newestClickMs();
    }

    /** The ranking that is served; it has learned from every click so far. */
    public Ranker served() {
        return lines.learned().get(0);
    }

    public long events() {
        return events;
    }

    long impressions() {
        return impressions;
    }

    long firstMs() {
        return firstMs;
    }

    long lastMs() {
        return lastMs;
    }

    public long examples() {
        return ledger.examples();
    }

    void addCpu(long ns) {
        cpuNs += ns;
    }

    long cpuNs() {
        return cpuNs;
    }

    /** SHA-256 of the ledger, which ends with this. */
    public String endLedger() {
        return ledger.end();
    }

    /** SHA-256 of every row that was moved. */
    public String rowsDigest() {
        return Digests.rows(
                pipeline.catalog(),
                pipeline.learner().items(),
                pipeline.learner().users());
    }

    /** Bytes that the run's state holds on the heap, without texts. */
    long stateBytes() {
        long rankers = lines.all().stream().mapToLong(r -> r.stateBytes()).sum();
        return rankers
                + pipeline.catalog().stateBytes()
                + pipeline.counts().stateBytes()
                + pipeline.learner().items().stateBytes()
                + pipeline.joiner().stateBytes()
                + pipeline.seen().stateBytes();
    }
}
