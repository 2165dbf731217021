package io.millrace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    private static final Set<String> KNOWN = new TreeSet<>(Set.of("k", "items", "exclude-seen"));

    @Test
    void aLiteralCommaSeparatesIdsAndAnEscapedOneIsPartOfOne() {
        assertThat(query("items=a,b%2Cc&items=d%20e+f").ids("items")).containsExactly("a", "b,c", "d e f");
    }

    @Test
    void aBodyAndAQueryStringSayTheSame() {
        Arguments body = body("{\"k\": 7, \"exclude-seen\": false, \"items\": [\"a\", \"b,c\"]}");
        assertThat(body.integer("k", 10, 1, 100)).isEqualTo(7);
        assertThat(body.flag("exclude-seen", true)).isFalse();
        assertThat(body.ids("items")).containsExactly("a", "b,c");
    }

    @Test
    void whatIsAbsentHasItsDefault() {
        Arguments none = Arguments.ofQuery(null, KNOWN);
        assertThat(none.integer("k", 10, 1, 100)).isEqualTo(10);
        assertThat(none.flag("exclude-seen", true)).isTrue();
        assertThat(none.ids("items")).isEmpty();
    }

    @Test
    void aProblemNamesTheKeyTheValueAndWhatWouldBeRight() {
        assertThatThrownBy(() -> query("k=0").integer("k", 10, 1, 100)).hasMessage("k = 0, expected 1 to 100");
        assertThatThrownBy(() -> query("k=ten").integer("k", 10, 1, 100)).hasMessage("k = ten, expected 1 to 100");
        assertThatThrownBy(() -> query("k=1&k=2").integer("k", 10, 1, 100))
                .hasMessage("k = [1, 2], expected one value");
        assertThatThrownBy(() -> query("exclude-seen=yes").flag("exclude-seen", true))
                .hasMessage("exclude-seen = yes, expected one of [false, true]");
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> query("limit=3"))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(new String(problem.body(), StandardCharsets.UTF_8))
                                .contains("unknown query parameter \\\"limit\\\"", "exclude-seen, items, k"));
    }

    @Test
    void idsAreOneTo256Bytes() {
        assertThat(query("items=" + "x".repeat(256)).ids("items")).hasSize(1);
        assertThatThrownBy(() -> query("items=" + "x".repeat(257)).ids("items")).hasMessageContaining("257 bytes");
        assertThatThrownBy(() -> query("items=" + "%C3%A9".repeat(129)).ids("items"))
                .hasMessageContaining("258 bytes");
        assertThatThrownBy(() -> query("items=").ids("items")).hasMessageContaining("0 bytes");
    }

    @Test
    void brokenEscapesAndBytesThatAreNotUtf8AreRefused() {
        assertThatThrownBy(() -> query("items=%zz")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> query("items=%4")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> query("items=%FF")).hasMessageContaining("not UTF-8");
    }

    @Test
    void bodiesOfTheWrongShapeAreRefused() {
        for (String body : new String[] {
            "[]",
            "3",
            "",
            "{",
            "{} {}",
            "{\"k\": 1.5}",
            "{\"k\": null}",
            "{\"k\": {}}",
            "{\"items\": [1]}",
            "{\"items\": [[\"a\"]]}",
            "{\"k\": 1, \"k\": 2}",
            "{\"other\": 1}",
            "[".repeat(5000)
        }) {
            assertThatThrownBy(() -> body(body)).as(body).isInstanceOf(Problem.class);
        }
    }

    private static Arguments query(String query) {
        return Arguments.ofQuery(query, KNOWN);
    }

    private static Arguments body(String body) {
        return Arguments.ofBody(Json.parse(body.getBytes(StandardCharsets.UTF_8)), KNOWN);
    }
}
