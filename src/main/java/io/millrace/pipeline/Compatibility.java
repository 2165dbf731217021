package io.millrace.pipeline;

import io.millrace.event.InvalidSetting;
import io.millrace.learning.LearningConfig;
import io.millrace.learning.Loss;
import io.millrace.learning.Losses;
import io.millrace.ranking.ServedConfig;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.QKind;
import io.millrace.sampling.Sampler;
import java.util.ArrayList;
import java.util.List;

/**
 * Which settings go together, checked before anything runs, live as in a backtest. A loss that corrects by q takes what a
 * sampler can say of it:
 *
 * <pre>
 *   EXACT      every loss
 *   ESTIMATED  every loss; those that need q with a warning
 *   PARTIAL    logistic, bpr, hinge, kpair; in a mix with an EXACT component, every loss
 *   NONE       logistic, bpr, hinge, kpair
 * </pre>
 */
public final class Compatibility {

    private static final String WITHOUT_Q = "logistic, bpr, hinge or kpair";

    private Compatibility() {}

    /** @throws InvalidSetting with every combination that makes no sense, why, and what to use */
    public static void check(LearningConfig learning, Sampler sampler, Parameters sampling) {
        Loss loss = Losses.make(learning);
        InvalidSetting.Check check = new InvalidSetting.Check();
        if (loss.needsQ() && !learning.sequences().isTree()) {
            check.require(
                    sampler.qKind() != QKind.NONE && sampler.qKind() != QKind.PARTIAL,
                    "sampling.sampler",
                    sampler.name(),
                    reasonAgainst(sampler) + ", and learning.loss = " + learning.loss()
                            + " divides by it: uniform, popularity with epsilon above 0 or a mix with one of them; or"
                            + " learning.loss = " + WITHOUT_Q);
        }
        if (loss.needsPositiveQ() && !learning.sequences().isTree() && sampler.qKind() == QKind.ESTIMATED) {
            check.require(
                    sampler.knowsPositive(),
                    "learning.loss",
                    learning.loss(),
                    "softmax-is, which leaves the positive as it is: " + sampler.name()
                            + " does not know how probable a positive would have been as a draw");
        }
        String mode = sampling.choice("exposed.mode", "delayed", "fnw", "fnc");
        check.require(
                mode.equals("delayed") || loss.name().equals("logistic"),
                "sampling.exposed.mode",
                mode,
                "delayed, or learning.loss = logistic: it weighs by the probability of a click, which is σ(score) by that"
                        + " loss alone");
        String correction = sampling.choice("real-negative-subsample.correction", "none", "ipw", "logodds");
        check.require(
                        !correction.equals("logodds") || loss.name().equals("logistic"),
                        "sampling.real-negative-subsample.correction",
                        correction,
                        "none or ipw, or learning.loss = logistic: a shift of the logit is of use where a click is learned"
                                + " by its own logit, and learning.loss = " + loss.name() + " compares scores")
                .require(
                        !correction.equals("logodds") || !learning.sequences().isSequential(),
                        "sampling.real-negative-subsample.correction",
                        correction,
                        "none or ipw, or learning.objective = matching: a shift of the logit is of use where a click is"
                                + " learned as the answer to an impression, and learning.objective = "
                                + learning.sequences().objective() + " learns clicks from clicks")
                .require(
                        !learning.sequences().isBothSided() || !sampler.needsBatch(),
                        "learning.cbow-context",
                        "both",
                        "left, or another sampler: a click cannot wait for those after it and, for sampling.sampler = "
                                + sampler.name() + ", for its batch")
                .require(
                        !learning.sequences().isBothSided()
                                || sampling.choice("false-negatives.compensate", "true", "false")
                                        .equals("false"),
                        "sampling.false-negatives.compensate",
                        true,
                        "false, or learning.cbow-context = left: a click that waits is long known for a click when it is"
                                + " learned")
                .done();
    }

    /** @throws InvalidSetting when less of a user's clicks is kept than is learned from */
    public static void checkHistory(LearningConfig learning, int historyClicked) {
        int reach = learning.sequences().reach();
        new InvalidSetting.Check()
                .require(
                        learning.contextItems() <= historyClicked,
                        "history.clicked",
                        historyClicked,
                        "at least learning.context-items = " + learning.contextItems())
                .require(
                        learning.newcomers().foldIn() <= historyClicked,
                        "history.clicked",
                        historyClicked,
                        "at least learning.fold-in = " + learning.newcomers().foldIn())
                .require(
                        reach <= historyClicked,
                        "history.clicked",
                        historyClicked,
                        "at least " + reach + ", of learning.window = "
                                + learning.sequences().window())
                .done();
    }

    /** @throws InvalidSetting when what is served does not rank by what is learned */
    public static void checkServed(LearningConfig learning, ServedConfig served) {
        InvalidSetting.require(
                !learning.sequences().isTree() || !served.isEmbedding(),
                "ranking.served",
                served.served(),
                "blend, retrieval, session or news: learning.objective = hierarchical-softmax ranks by a tree, and published"
                        + " rows are ranked by products of vectors");
    }

    private static String reasonAgainst(Sampler sampler) {
        return sampler.qKind() == QKind.NONE
                ? "one whose q is known: this one's is not"
                : "one that can draw every item: this one gives some a q of 0";
    }

    /** Combinations that work but should be known about; empty mostly. */
    public static List<String> warnings(LearningConfig learning, Sampler sampler) {
        List<String> warnings = new ArrayList<>();
        boolean needsQ = Losses.make(learning).needsQ() && !learning.sequences().isTree();
        if (needsQ && sampler.qKind() == QKind.ESTIMATED) {
            warnings.add("sampling.sampler = " + sampler.name() + " estimates its q, and learning.loss = "
                    + learning.loss() + " divides by it: what is learned is biased as far as the estimate is off");
        }
        return warnings;
    }
}
