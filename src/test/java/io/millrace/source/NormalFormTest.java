package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.source.NormalForm.Assumptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalFormTest {

    private static final String IMPRESSIONS =
            "ts_ms\trequest_id\tuser_id\titem_id\tposition\tclicked\tclick_ts_ms\tpropensity\n";
    private static final String CLICKS = "ts_ms\tuser_id\titem_id\tvalue\n";

    @TempDir
    Path directory;

    @Test
    void rowsBecomeImpressionsAndTheirClicksInOrderOfTime() throws IOException {
        List<Event> events = read(
                IMPRESSIONS
                        + "100\tr1\tu\ta\t0\t1\t250\t0.5\n"
                        + "100\tr1\tu\tb\t1\t0\t\t\n"
                        + "200\tr2\tv\ta\t\t0\t\t\n"
                        + "300\t\tv\tc\t\t1\t\t\n",
                new Assumptions(0, 0));

        assertThat(events)
                .extracting(e -> e.id().text())
                .containsExactly("r1/1", "r1/2", "r2/3", "r1/1/click", "row-4", "row-4/click");
        Impression first = (Impression) events.get(0);
        assertThat(first.request()).hasToString("r1");
        assertThat(first.position()).isZero();
        assertThat(first.propensity()).isEqualTo(0.5f);
        Impression second = (Impression) events.get(1);
        assertThat(second.propensity()).isNaN();
        Click click = (Click) events.get(3);
        assertThat(click.impression()).isEqualTo(first.id());
        assertThat(click.atMs()).isEqualTo(250);
    }

    @Test
    void requestWithASingleRowIsNoSlate() throws IOException {
        List<Event> events = read(IMPRESSIONS
                + "1\tr1\tu\ta\t\t0\t\t\n"
                + "2\tr2\tu\ta\t\t0\t\t\n"
                + "2\tr2\tu\tb\t\t0\t\t\n"
                + "3\tr3\tu\ta\t\t0\t\t\n");
        assertThat(events)
                .extracting(e -> String.valueOf(((Impression) e).request()))
                .containsExactly("null", "r2", "r2", "null");
        assertThat(((Impression) events.get(0)).position()).isEqualTo(-1);
    }

    @Test
    void rowsThatAreEqualInEveryFieldStayTwo() throws IOException {
        List<Event> events = read(IMPRESSIONS + "1\tr\tu\ta\t\t0\t\t\n" + "1\tr\tu\ta\t\t0\t\t\n");
        assertThat(events).extracting(Event::id).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void assumedDelayIsTheSameInEveryReading() throws IOException {
        StringBuilder file = new StringBuilder(IMPRESSIONS);
        for (int k = 0; k < 2000; k++) {
            file.append(10 * k).append("\tr").append(k).append("\tu\ta\t\t1\t\t\n");
        }
        List<Event> events = read(file.toString());
        assertThat(read(file.toString())).isEqualTo(events);
        assertThat(events).extracting(Event::atMs).isSorted();
        double sum = 0;
        for (Event event : events) {
            sum += event instanceof Click ? event.atMs() : -event.atMs();
        }
        assertThat(sum / 2000).isBetween(900.0, 1100.0);
    }

    @Test
    void rowsWithAValueAreClicksWithoutAnImpression() throws IOException {
        List<Event> events = read(CLICKS + "5\tu\ta\t4\n" + "6\tu\tb\t2\n" + "7\tv\tb\t\n", new Assumptions(0, 1));
        assertThat(events).extracting(e -> ((Click) e).impression()).containsOnlyNulls();
        assertThat(events).extracting(e -> e.id().text()).containsExactly("row-1", "row-2", "row-3");
    }

    @Test
    void rowsBelowTheLeastValueAreCountedAndPassedOver() throws IOException {
        try (NormalForm form = open(CLICKS + "5\tu\ta\t4\n" + "6\tu\tb\t2\n", new Assumptions(0, 3))) {
            assertThat(drain(form)).hasSize(1);
            assertThat(form.rows()).isEqualTo(2);
            assertThat(form.clicks()).isEqualTo(1);
            assertThat(form.passedOver()).isEqualTo(1);
        }
    }

    @Test
    void malformedRowSaysFileLineAndWhatWasExpected() {
        assertThatThrownBy(() -> read(CLICKS + "5\tu\ta\t4\n" + "six\tu\tb\t2\n"))
                .isInstanceOf(MalformedRow.class)
                .hasMessageContaining("events.tsv line 3: ts_ms = 'six', expected a whole number");
        assertThatThrownBy(() -> read(CLICKS + "5\tu\ta\n")).hasMessageContaining("line 2: expected 4 fields");
        assertThatThrownBy(() -> read(CLICKS + "5\tu\ta\t4\t\n")).hasMessageContaining("line 2: expected 4 fields");
        assertThatThrownBy(() -> read(CLICKS + "5\t\ta\t4\n")).hasMessageContaining("user_id = ''");
        assertThatThrownBy(() -> read(IMPRESSIONS + "5\tr\tu\ta\t\t2\t\t\n")).hasMessageContaining("clicked = '2'");
        assertThatThrownBy(() -> read(IMPRESSIONS + "5\tr\tu\ta\t\t0\t\t0\n"))
                .hasMessageContaining("propensity = '0', expected above 0");
        assertThatThrownBy(() -> read("a\tb\n")).hasMessageContaining("line 1: header is 'a\tb'");
        assertThatThrownBy(() -> read("")).hasMessageContaining("line 1: the file is empty");
    }

    @Test
    void gzipIsToldByItsBytes() throws IOException {
        Path file = directory.resolve("anything");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((CLICKS + "5\tu\ta\t4\n").getBytes(StandardCharsets.UTF_8));
        }
        try (NormalForm form = new NormalForm(file)) {
            assertThat(drain(form)).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "obd_random_men.imp.tsv.gz, 10000, 46",
        "obd_bts_women.imp.tsv.gz, 10000, 46",
        "kuairand_pure_0425_0430.imp.tsv.gz, 94784, 41503",
        "mind5k.imp.tsv.gz, 189359, 7542",
        "ebnerd_sample.imp.tsv.gz, 10848, 1047",
        "ebnerd_sample_history.evt.tsv.gz, 8303, 8303",
        "ml100k.evt.tsv.gz, 100000, 100000",
        "yoochoose_100k.evt.tsv.gz, 83846, 83846"
    })
    void everyRowOfARealFileIsAccountedFor(String name, long rows, long clicks) throws IOException {
        Path file = RealData.file(name);
        Set<Long> ids = new HashSet<>();
        long before = Long.MIN_VALUE;
        int faults = 0;
        try (NormalForm form = new NormalForm(file)) {
            while (form.hasNext()) {
                Event event = form.next();
                faults += ids.add(event.id().hash()) && event.atMs() >= before ? 0 : 1;
                before = event.atMs();
            }
            assertThat(faults).as("repeated ids and steps back in time").isZero();
            assertThat(form.rows()).isEqualTo(rows);
            assertThat(form.clicks()).isEqualTo(clicks);
            assertThat(form.impressions()).isEqualTo(form.hasImpressions() ? rows : 0);
        }
    }

    private List<Event> read(String text) throws IOException {
        return read(text, Assumptions.DEFAULT);
    }

    private List<Event> read(String text, Assumptions assumptions) throws IOException {
        try (NormalForm form = open(text, assumptions)) {
            return drain(form);
        }
    }

    private NormalForm open(String text, Assumptions assumptions) throws IOException {
        return new NormalForm(Files.writeString(directory.resolve("events.tsv"), text), assumptions);
    }

    private static List<Event> drain(NormalForm form) {
        List<Event> events = new ArrayList<>();
        form.forEachRemaining(events::add);
        return events;
    }
}
