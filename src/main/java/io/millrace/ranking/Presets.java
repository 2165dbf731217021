package io.millrace.ranking;

import io.millrace.popularity.HalfLife;
import io.millrace.sampling.Catalog;
import java.util.List;

/** Blends that are ready for a kind of data; what each part brought is in {@code src/docs/quality.md}. */
public final class Presets {

    private static final long HOUR_MS = 3_600_000;

    private Presets() {}

    public static Ranker retrieval(Catalog catalog) {
        return session(catalog);
    }

    public static Ranker session(Catalog catalog) {
        return new Blend(
                BlendConfig.DEFAULT,
                List.of(Blend.Member.raw(new ContextFactors(ContextFactorsConfig.DEFAULT, catalog))));
    }

    public static Ranker news() {
        return new Blend(
                BlendConfig.DEFAULT,
                List.of(Blend.Member.logs(new DecayedPopularity(new HalfLife(HOUR_MS)), 1e-3f, 1e-2f)));
    }
}
