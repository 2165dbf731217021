package io.millrace.config;

import java.util.List;

/**
 * What is served.
 *
 * @param served {@code blend}, or the name of a blend that is ready for a kind of data
 */
public record RankingSettings(String served) {

    private static final List<String> NAMES = List.of("blend", "retrieval", "session", "news");

    public RankingSettings {
        Ranges check = new Ranges("ranking");
        check.oneOf(served, "served", NAMES);
        check.done();
    }
}
