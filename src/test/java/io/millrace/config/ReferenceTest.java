package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.event.InvalidSetting;
import io.millrace.popularity.HalfLife;
import io.millrace.popularity.ItemCounts;
import io.millrace.sampling.Parameters;
import io.millrace.sampling.Samplers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference says the truth: every key is read, every key is explained, every range is the one enforced. */
class ReferenceTest {

    private static final Pattern KEY = Pattern.compile("( *)([a-z0-9.-]+):(.*)");
    private static final Pattern RANGE =
            Pattern.compile("\\[(above )?(-?[0-9][0-9.]*[a-zA-Z]*) to ([0-9][0-9.]*[a-zA-Z]*)]");

    private final Reference reference = Reference.get();

    @Test
    void everyKeyIsRead() {
        assertThat(Configuration.load(null, Map.of()).unread()).isEmpty();
    }

    @Test
    void everySamplerKeyIsAskedForBySomeSampler() {
        var asked = new TreeSet<String>();
        Map<String, Object> all = samplerValues();
        for (String key : all.keySet()) {
            Map<String, Object> without = new HashMap<>(all);
            without.remove(key);
            for (String name : Samplers.names()) {
                if (problems(name, without).contains("sampling." + key + " = nothing, expected a value")) {
                    asked.add(key);
                }
            }
        }
        all.keySet()
                .removeIf(key -> key.startsWith("mix.")
                        || List.of("sampler", "negatives", "max-tries").contains(key));
        assertThat(asked).containsAll(all.keySet());
    }

    @Test
    void everyKeyHasACommentThatEndsInWhatItMayBe() {
        List<String> lines = reference.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher key = KEY.matcher(lines.get(i));
            if (key.matches() && !key.group(3).isBlank()) {
                assertThat(lines.get(i - 1))
                        .as(lines.get(i))
                        .startsWith(key.group(1) + "# ")
                        .endsWith("]");
            }
        }
    }

    @Test
    void documentedRangesAreTheEnforcedOnes() {
        Map<String, Matcher> ranges = documentedRanges();
        assertThat(ranges).hasSizeGreaterThan(45);
        ranges.forEach((key, range) -> {
            Kind kind = reference.kind(key);
            double step = kind == Kind.DECIMAL ? 1e-3 : 1;
            double min = number(kind, range.group(2));
            double max = number(kind, range.group(3));
            assertThat(isRefused(key, text(kind, max)))
                    .as(key + " at its largest")
                    .isFalse();
            assertThat(isRefused(key, text(kind, min)))
                    .as(key + " at its smallest")
                    .isEqualTo(range.group(1) != null);
            assertThat(isRefused(key, text(kind, max + step)))
                    .as(key + " above")
                    .isTrue();
            assertThat(isRefused(key, text(kind, min - step)))
                    .as(key + " below")
                    .isTrue();
        });
    }

    @Test
    void kindsFollowFromTheDefaults() {
        assertThat(reference.kind("attribution.window")).isEqualTo(Kind.DURATION);
        assertThat(reference.kind("memory.rocksdb")).isEqualTo(Kind.SIZE);
        assertThat(reference.kind("learning.l2")).isEqualTo(Kind.DECIMAL);
        assertThat(reference.kind("query.token")).isEqualTo(Kind.TEXT);
        assertThat(reference.kind("kafka.no.such.thing")).isEqualTo(Kind.TEXT);
        assertThat(reference.kind("learning.no-such-thing")).isNull();
    }

    private Map<String, Matcher> documentedRanges() {
        Map<String, Matcher> ranges = new TreeMap<>();
        List<String> path = new ArrayList<>();
        String comment = "";
        for (String line : reference.text().lines().toList()) {
            Matcher key = KEY.matcher(line);
            if (key.matches()) {
                path.subList(key.group(1).length() / 2, path.size()).clear();
                path.add(key.group(2));
                Matcher range = RANGE.matcher(comment);
                if (range.find() && reference.defaults().containsKey(String.join(".", path))) {
                    ranges.put(String.join(".", path), range);
                }
            }
            comment = line;
        }
        ranges.keySet().removeIf(key -> key.startsWith("sampling.mix."));
        return ranges;
    }

    private static double number(Kind kind, String text) {
        return ((Number) kind.parse(text)).doubleValue();
    }

    private static String text(Kind kind, double value) {
        return switch (kind) {
            case DURATION -> (long) value + "ms";
            case SIZE -> (long) value + "B";
            case INTEGER -> String.valueOf((long) value);
            default -> String.valueOf(value);
        };
    }

    /** What belongs to samplers is checked when a sampler that uses it is configured. */
    private static boolean isRefused(String key, String value) {
        String[] path = key.split("\\.");
        if (!path[0].equals("sampling") || path.length < 3) {
            return isRefused(key, Map.of(key, value));
        }
        List<String> users = Samplers.names().contains(path[1]) ? List.of(path[1]) : Samplers.names();
        return users.stream().anyMatch(name -> isRefused(key, Map.of(key, value, "sampling.sampler", name)));
    }

    private static boolean isRefused(String key, Map<String, String> overrides) {
        InvalidSetting invalid = catchThrowableOfType(InvalidSetting.class, () -> Configuration.load(null, overrides));
        return invalid != null && invalid.problems().stream().anyMatch(problem -> problem.startsWith(key + " = "));
    }

    private static Map<String, Object> samplerValues() {
        Settings settings = new Settings(Reference.get(), new Environment(Map.of()));
        return settings.below("sampling");
    }

    private static String problems(String sampler, Map<String, Object> values) {
        InvalidSetting invalid = catchThrowableOfType(
                InvalidSetting.class,
                () -> Samplers.make(sampler, new Parameters(values), new ItemCounts(new HalfLife(1)), 1));
        return invalid == null ? "" : invalid.getMessage();
    }
}
