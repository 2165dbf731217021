package io.millrace.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.millrace.codec.LedgerExample.Negative;
import io.millrace.codec.LedgerExample.Shown;
import io.millrace.event.CounterRandom;
import io.millrace.event.EntityId;
import io.millrace.topics.TopicCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExampleWriterTest {

    private static final JsonSchema SCHEMA = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(TopicCatalog.text("schemas/example.json"));

    private final ExampleWriter writer = new ExampleWriter();
    private final ExampleReader reader = new ExampleReader();

    /** The samples were written by hand; the writer makes the same bytes. */
    @Test
    void theSamplesReadAndWriteBackToTheSameBytes() {
        String sample = TopicCatalog.load().topic("examples").sample();
        for (String line : TopicCatalog.text(sample).lines().toList()) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            assertThat(new String(write(reader.read(bytes)), StandardCharsets.UTF_8))
                    .isEqualTo(line);
        }
    }

    @Test
    void anyExampleFitsTheSchemaAndComesBack() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            LedgerExample example = example(new CounterRandom().reset(seed, 3, 3));
            byte[] written = write(example);
            JsonNode json = new ObjectMapper().readTree(written);
            assertThat(SCHEMA.validate(json)).as("seed " + seed).isEmpty();
            LedgerExample read = reader.read(written);
            assertThat(read.shown()).as("seed " + seed).isEqualTo(example.shown());
            assertThat(read)
                    .as("seed " + seed)
                    .usingRecursiveComparison()
                    .ignoringFields("negatives", "shown")
                    .isEqualTo(example);
            assertNegatives(read.negatives(), example.negatives(), seed);
        }
    }

    private static void assertNegatives(List<Negative> read, List<Negative> written, int seed) {
        assertThat(read).as("seed " + seed).hasSameSizeAs(written);
        for (int k = 0; k < read.size(); k++) {
            Negative have = read.get(k);
            Negative want = written.get(k);
            assertThat(have.item()).isEqualTo(want.item());
            assertThat(have.sampler()).isEqualTo(want.sampler());
            assertThat(have.weight()).isEqualTo(want.weight());
            if (Double.isNaN(want.logQ())) {
                assertThat(have.logQ()).isNaN();
            } else {
                assertThat(have.logQ()).as("seed " + seed).isEqualTo(want.logQ(), within(-want.logQ() * 5.01e-9));
            }
        }
    }

    @Test
    void numbersHaveOneForm() {
        assertThat(number(0.1f)).isEqualTo("0.1");
        assertThat(number(1f)).isEqualTo("1");
        assertThat(number(-2.5f)).isEqualTo("-2.5");
        assertThat(number(1e-7f)).isEqualTo("1.00000001E-7");
        assertThat(number(16_777_216f)).isEqualTo("16777216");
        assertThat(number(3e9f)).isEqualTo("3E+9");
        assertThat(number(-5.298317366548036)).isEqualTo("-5.29831737");
        assertThat(number(-12.0)).isEqualTo("-12");
        assertThat(number(-0.05129329438755058)).isEqualTo("-0.0512932944");
        assertThat(number(9.9999999999)).isEqualTo("10");
        assertThat(number(Double.NaN)).isEqualTo("null");
        assertThat(number(Double.NEGATIVE_INFINITY)).isEqualTo("null");
        assertThat(number(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(number(-1_700_000_000_000L)).isEqualTo("-1700000000000");
        for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
            assertThat(number(power - 1)).isEqualTo(Long.toString(power - 1));
            assertThat(number(power)).isEqualTo(Long.toString(power));
        }
        assertThat(number(Long.MAX_VALUE)).isEqualTo(Long.toString(Long.MAX_VALUE));
    }

    @Test
    void anyFloatComesBack() {
        CounterRandom random = new CounterRandom().reset(4, 4, 4);
        for (int k = 0; k < 30_000; k++) {
            float value = Float.intBitsToFloat((int) random.nextLong());
            if (Float.isFinite(value)) {
                assertThat(Float.parseFloat(number(value))).isEqualTo(value == 0 ? 0f : value);
            }
            float usual = (float) (random.nextDouble() * 10);
            assertThat(Float.parseFloat(number(usual))).isEqualTo(usual);
        }
    }

    @Test
    void anotherVersionIsNotGuessedAt() {
        assertThatThrownBy(() -> reader.read("{\"v\":2}".getBytes(StandardCharsets.UTF_8)))
                .hasMessage("v = 2, expected 1");
        assertThatThrownBy(() -> reader.read("{".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String number(float value) {
        JsonBytes json = new JsonBytes();
        json.number(value);
        return new String(json.copy(), StandardCharsets.UTF_8);
    }

    private static String number(double value) {
        JsonBytes json = new JsonBytes();
        json.number(value);
        return new String(json.copy(), StandardCharsets.UTF_8);
    }

    private static String number(long value) {
        JsonBytes json = new JsonBytes();
        json.number(value);
        return new String(json.copy(), StandardCharsets.UTF_8);
    }

    private byte[] write(LedgerExample e) {
        writer.begin(
                e.kind(),
                EntityId.of(e.id()),
                EntityId.of(e.user()),
                EntityId.of(e.item()),
                e.action(),
                e.weight(),
                e.atMs(),
                e.partition(),
                e.sequence());
        Shown s = e.shown();
        if (s != null) {
            EntityId request = s.request() == null ? null : EntityId.of(s.request());
            writer.shown(EntityId.of(s.impression()), request, s.position(), s.propensity(), s.atMs());
        }
        e.negatives().forEach(n -> writer.negative(EntityId.of(n.item()), n.sampler(), n.logQ(), n.weight()));
        return writer.finish(e.shortfall(), e.late());
    }

    private static LedgerExample example(CounterRandom random) {
        ExampleKind kind = ExampleKind.values()[random.nextInt(4)];
        List<Negative> negatives = new ArrayList<>();
        int size = random.nextInt(8);
        for (int k = 0; k < size; k++) {
            double logQ = random.nextInt(4) == 0 ? Double.NaN : StrictMath.log(1 - random.nextDouble());
            negatives.add(new Negative(id(random), "mix", logQ, (float) random.nextDouble()));
        }
        return new LedgerExample(
                kind,
                id(random),
                id(random),
                id(random),
                random.nextInt(2) == 0 ? null : "click",
                (float) (random.nextDouble() * 5),
                random.nextLong() >>> 20,
                random.nextInt(64),
                random.nextLong() >>> 1,
                random.nextInt(2) == 0 ? null : shown(random),
                negatives,
                random.nextInt(6),
                random.nextInt(2) == 0);
    }

    private static Shown shown(CounterRandom random) {
        String request = random.nextInt(2) == 0 ? null : id(random);
        float propensity = random.nextInt(2) == 0 ? Float.NaN : (float) (1 - random.nextDouble());
        return new Shown(id(random), request, random.nextInt(9) - 1, propensity, random.nextLong() >>> 20);
    }

    /** Quotes, backslashes, controls and every length of UTF-8 among plain letters. */
    private static String id(CounterRandom random) {
        String[] parts = {"i", "42", "\"", "\\", "\n", "\u0001", "ä", "€", "😀", "/"};
        StringBuilder text = new StringBuilder("x");
        for (int k = random.nextInt(8); k > 0; k--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }
}
