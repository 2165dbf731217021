package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.evaluation.RankMetrics.Row;
import io.millrace.event.CounterRandom;
import io.millrace.event.InvalidSetting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RankMetricsTest {

    private final RankMetrics metrics = new RankMetrics(new int[] {10, 20}, 0.9, 4);

    @Test
    void oneRelevantItemOfKnownRank() {
        metrics.observe(3, false, false, 0);
        metrics.observe(15, false, false, 0);
        assertThat(whole("recall@10")).isEqualTo(0.5);
        assertThat(whole("recall@20")).isEqualTo(1);
        assertThat(whole("ndcg@10")).isEqualTo(0.25, within(1e-12));
        assertThat(whole("ndcg@20")).isEqualTo((0.5 + 0.25) / 2, within(1e-12));
        assertThat(whole("mrr")).isEqualTo((1 / 3.0 + 1 / 15.0) / 2);
    }

    @Test
    void missesAreCountedAndWorthNothing() {
        metrics.observe(1, false, false, 0);
        metrics.observe(Double.NaN, false, true, -1);
        metrics.observe(Double.POSITIVE_INFINITY, true, false, 3);
        for (String name : metrics.names()) {
            assertThat(whole(name)).as(name).isEqualTo(1 / 3.0);
        }
    }

    @Test
    void knownNewUserAndNewItemMakeUpTheWhole() {
        metrics.observe(1, false, false, 0);
        metrics.observe(2, true, false, 0);
        metrics.observe(Double.NaN, true, true, -1);
        metrics.observe(Double.NaN, false, true, -1);
        assertThat(metrics.count(Row.WHOLE)).isEqualTo(4);
        assertThat(metrics.count(Row.KNOWN)).isEqualTo(1);
        assertThat(metrics.count(Row.NEW_USER)).isEqualTo(1);
        assertThat(metrics.count(Row.NEW_ITEM)).isEqualTo(2);
        assertThat(metrics.mean(Row.NEW_ITEM, 0)).isZero();
    }

    @Test
    void tenthsOfPopularityAreKeptApart() {
        metrics.observe(1, false, false, 0);
        metrics.observe(50, false, false, 9);
        assertThat(metrics.decileMean(0, 0)).isEqualTo(1);
        assertThat(metrics.decileMean(9, 0)).isZero();
        assertThat(metrics.decileCount(5)).isZero();
    }

    @Test
    void fadingMeanForgetsAsItsFormulaSays() {
        metrics.observe(1, false, false, 0);
        metrics.observe(100, false, false, 0);
        assertThat(metrics.fading(0)).isEqualTo(0.9 / 1.9, within(1e-12));
    }

    @Test
    void windowTumblesWithItsStandardError() {
        assertThat(metrics.windowMean(0)).isNaN();
        for (int n = 0; n < 6; n++) {
            metrics.observe(n < 1 || n >= 4 ? 1 : 100, false, false, 0);
        }
        assertThat(metrics.windows()).isEqualTo(1);
        assertThat(metrics.windowMean(0)).isEqualTo(0.25);
        assertThat(metrics.windowError(0)).isEqualTo(0.25, within(1e-12));
    }

    @Test
    void restoredMetricsGoOnAsIfNothingHappened() throws IOException {
        RankMetrics whole = RankMetrics.standard();
        RankMetrics first = RankMetrics.standard();
        feed(whole, 0, 7000);
        feed(whole, 7000, 12_000);
        feed(first, 0, 7000);
        RankMetrics second = RankMetrics.standard();
        second.readFrom(new DataInputStream(new ByteArrayInputStream(bytes(first))));
        feed(second, 7000, 12_000);
        assertThat(bytes(second)).isEqualTo(bytes(whole));
    }

    @Test
    void bytesOfOtherMetricsAreRefused() throws IOException {
        byte[] bytes = bytes(RankMetrics.standard());
        RankMetrics other = new RankMetrics(new int[] {5}, 0.9, 10);
        assertThatThrownBy(() -> other.readFrom(new DataInputStream(new ByteArrayInputStream(bytes))))
                .hasMessage("metrics = 5, expected 3");
    }

    @Test
    void settingOutOfRangeSaysWhatWouldBeRight() {
        assertThatThrownBy(() -> new RankMetrics(new int[] {0}, 0.9, 10))
                .isInstanceOf(InvalidSetting.class)
                .hasMessage("evaluation.cutoffs = 0, expected numbers from 1 to 10000");
    }

    private double whole(String name) {
        return metrics.mean(Row.WHOLE, metrics.metric(name));
    }

    private static void feed(RankMetrics into, int from, int to) {
        CounterRandom random = new CounterRandom();
        for (int n = from; n < to; n++) {
            random.reset(1, n, 0);
            into.observe(1 + random.nextInt(40), random.nextInt(9) == 0, random.nextInt(9) == 0, random.nextInt(10));
        }
    }

    private static byte[] bytes(RankMetrics of) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        of.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
