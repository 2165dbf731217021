package io.millrace.config;

import io.millrace.ranking.ServedConfig;

/**
 * What is served.
 *
 * @param served {@code embedding}, {@code blend}, or the name of a blend that is ready for a kind of data
 */
public record RankingSettings(String served) {

    public RankingSettings {
        Ranges check = new Ranges("ranking");
        check.oneOf(served, "served", ServedConfig.NAMES);
        check.done();
    }
}
