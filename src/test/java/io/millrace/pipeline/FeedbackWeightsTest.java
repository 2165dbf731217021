package io.millrace.pipeline;

import static io.millrace.pipeline.TestPipeline.clicked;
import static io.millrace.pipeline.TestPipeline.config;
import static io.millrace.pipeline.TestPipeline.disliked;
import static io.millrace.pipeline.TestPipeline.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.EntityId;
import io.millrace.topology.TestSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much each kind of feedback weighs, and which way it moves an item. */
class FeedbackWeightsTest {

    /** Weights: an unclicked impression 0.1, a dislike 1, a like 2, a glance 0, any other action 1. */
    private final TestPipeline run = new TestPipeline(config(TestSettings.learning(), 0), "uniform", Map.of());

    @Test
    void anActionWeighsWhatItsNameSaysAndOneWithoutANameWeighsOne() {
        run.accept(clicked("a", "", "u", "i1", "like", 1_000_000))
                .accept(clicked("b", "", "u", "i2", "click", 1_000_001))
                .accept(clicked("c", "", "u", "i3", "glance", 1_000_002));
        assertThat(run.ledger).extracting(TestPipeline.Learned::weight).containsExactly(2f, 1f, 0f);
        assertThat(run.ledger).extracting(TestPipeline.Learned::stepped).containsExactly(true, true, false);
    }

    @Test
    void theWeightOfTheEventMultipliesThatOfItsAction() {
        EntityId user = EntityId.of("u");
        run.accept(new io.millrace.event.Click(EntityId.of("a"), null, user, EntityId.of("i"), "like", 3, 1_000_000));
        assertThat(run.ledger.get(0).weight()).isEqualTo(6);
    }

    @Test
    void anActionOfWeightZeroIsRememberedAndCounted() {
        run.accept(clicked("c", "", "u", "i3", "glance", 1_000_002));
        assertThat(run.users
                        .clicked(run.users.row(EntityId.of("u")))
                        .contains(EntityId.of("i3").hash()))
                .isTrue();
        assertThat(run.counts.clicks(run.catalog.slotOf(EntityId.of("i3").hash())))
                .isEqualTo(1);
    }

    @Test
    void anImpressionLeftUnclickedIsALightNegative() {
        run.accept(shown("s", "u", "i", 1_000_000));
        run.pipeline.advance(2_000_000);
        assertThat(run.ledger).singleElement().satisfies(e -> {
            assertThat(e.kind()).isEqualTo(Example.Kind.EXPOSED_NEGATIVE);
            assertThat(e.weight()).isEqualTo(0.1f);
        });
        assertThat(bias("i")).isNegative();
    }

    @Test
    void aDislikeIsANegativeOfItsOwnWeight() {
        run.accept(disliked("d", "u", "i", 0.5f, 1_000_000));
        assertThat(run.ledger).singleElement().satisfies(e -> {
            assertThat(e.kind()).isEqualTo(Example.Kind.DISLIKE);
            assertThat(e.weight()).isEqualTo(0.5f);
        });
        assertThat(bias("i")).isNegative();
    }

    /** The late click takes the weight of the unclicked impression back before it is learned as a positive. */
    @Test
    void aLateClickTakesExactlyTheUnclickedWeightBack() {
        run.accept(shown("s", "u", "i", 1_000_000));
        run.pipeline.advance(1_100_000);
        run.accept(clicked("c", "s", "u", "i", "like", 1_100_001));
        assertThat(run.ledger)
                .extracting(TestPipeline.Learned::kind)
                .containsExactly(Example.Kind.EXPOSED_NEGATIVE, Example.Kind.CORRECTION);
        assertThat(run.ledger.get(1).weight()).isEqualTo(2);
    }

    private float bias(String item) {
        int slot = run.catalog.slotOf(EntityId.of(item).hash());
        return run.items.floats()[run.items.bias(run.items.row(slot))];
    }
}
