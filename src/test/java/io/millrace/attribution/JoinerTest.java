package io.millrace.attribution;

import static io.millrace.attribution.Recorded.click;
import static io.millrace.attribution.Recorded.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.attribution.Balance.Count;
import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.event.InvalidSetting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinerTest {

    private static final long W = 1000;
    private static final long GRACE = 100;
    private static final long LATE = 500;
    private static final long WAIT = 50;

    private final Recorded told = new Recorded();
    private Joiner joiner = joinerOf(WAIT, 1000);

    @Test
    void clickJustWithinTheWindowIsAPositive() {
        assertThat(outcomesOf(shown("s", "u", "i", 0), click("c", "s", "u", "i", W - 1)))
                .containsExactly("s clicked by c");
    }

    @Test
    void clickAtTheEndOfTheWindowIsAPositive() {
        assertThat(outcomesOf(shown("s", "u", "i", 0), click("c", "s", "u", "i", W)))
                .containsExactly("s clicked by c");
    }

    @Test
    void clickAtTheMomentOfShowingIsAPositive() {
        assertThat(outcomesOf(shown("s", "u", "i", 7), click("c", null, "u", "i", 7)))
                .containsExactly("s clicked by c");
    }

    @Test
    void clickPastTheWindowOfAnOpenImpressionIsLateAndTheNegativeIsNeverTold() {
        assertThat(outcomesOf(shown("s", "u", "i", 0), click("c", "s", "u", "i", W + 1)))
                .containsExactly("s late by c");

        joiner.advance(10 * W, told);

        assertThat(told.lines).containsExactly("s late by c");
        assertThat(joiner.balance().get(Count.IMPRESSIONS_LATE)).isEqualTo(1);
    }

    @Test
    void impressionIsDecidedOnlyWhenTheGraceHasPassed() {
        accept(shown("s", "u", "i", 0));
        joiner.advance(W + GRACE, told);
        assertThat(told.lines).isEmpty();

        joiner.advance(W + GRACE + 1, told);
        assertThat(told.lines).containsExactly("s unclicked");
    }

    @Test
    void clickWithinTheGraceCountsByItsEventTime() {
        accept(shown("s", "u", "i", 0));
        joiner.advance(W + GRACE, told);

        accept(click("c", "s", "u", "i", W));

        assertThat(told.lines).containsExactly("s clicked by c");
    }

    @Test
    void clickAfterTheDecisionRetractsTheNegativeOnce() {
        accept(shown("s", "u", "i", 0));
        joiner.advance(W + GRACE + 1, told);

        accept(click("c1", "s", "u", "i", W - 5), click("c2", null, "u", "i", W));

        assertThat(told.lines).containsExactly("s unclicked", "s retracted by c1", "s late by c2");
        assertThat(joiner.balance().get(Count.IMPRESSIONS_UNCLICKED)).isZero();
        assertThat(joiner.balance().get(Count.IMPRESSIONS_LATE)).isEqualTo(1);
        assertThat(joiner.balance().get(Count.CLICKS_LATE)).isEqualTo(2);
    }

    @Test
    void clickAfterTheMemoryIsAnOrphan() {
        accept(shown("s", "u", "i", 0));
        joiner.advance(W + GRACE + LATE, told);
        joiner.advance(W + GRACE + LATE + 1, told);

        accept(click("c", "s", "u", "i", W));

        assertThat(told.lines).containsExactly("s unclicked", "c orphan");
    }

    @Test
    void furtherActionsOnAClickedImpressionAreClickedAgain() {
        assertThat(outcomesOf(
                        shown("s", "u", "i", 0),
                        click("c1", "s", "u", "i", 10),
                        click("c2", "s", "u", "i", 20),
                        click("c3", "s", "u", "i", W + GRACE + LATE)))
                .containsExactly("s clicked by c1", "s clicked by c2", "s clicked by c3");
        assertThat(joiner.balance().get(Count.IMPRESSIONS_CLICKED)).isEqualTo(1);
        assertThat(joiner.balance().get(Count.CLICKS_ANSWERED)).isEqualTo(3);
    }

    @Test
    void clickAheadOfItsImpressionWaitsForIt() {
        assertThat(outcomesOf(click("c1", "s", "u", "i", 10), click("c2", null, "u", "i", 11), shown("s", "u", "i", 5)))
                .containsExactly("s clicked by c1", "s clicked by c2");
    }

    @Test
    void clickThatWaitedInVainIsAnOrphan() {
        accept(click("c", "s", "u", "i", 10));
        joiner.advance(10 + WAIT, told);
        assertThat(told.lines).isEmpty();
        assertThat(joiner.balance().get(Count.CLICKS_WAITING)).isEqualTo(1);

        joiner.advance(10 + WAIT + 1, told);
        assertThat(told.lines).containsExactly("c orphan");
    }

    @Test
    void clickIsAnOrphanAtOnceWhenNoneMayWait() {
        joiner = joinerOf(0, 1000);

        assertThat(outcomesOf(click("c", "s", "u", "i", 10), shown("s", "u", "i", 5)))
                .containsExactly("c orphan");
    }

    @Test
    void clickEarlierThanTheImpressionItNamesDoesNotAnswerIt() {
        assertThat(outcomesOf(shown("s", "u", "i", 5), click("c", "s", "u", "i", 4)))
                .isEmpty();

        joiner.advance(10 * W, told);

        assertThat(told.lines).containsExactly("c orphan", "s unclicked");
    }

    @Test
    void clickMustNameTheImpressionIfItNamesOne() {
        assertThat(outcomesOf(shown("s1", "u", "i", 0), shown("s2", "u", "i", 5), click("c", "s1", "u", "i", 10)))
                .containsExactly("s1 clicked by c");
    }

    @Test
    void clickThatNamesNothingAnswersTheLatestShowing() {
        assertThat(outcomesOf(shown("s2", "u", "i", 5), shown("s1", "u", "i", 0), click("c", null, "u", "i", 10)))
                .containsExactly("s2 clicked by c");
    }

    @Test
    void clickThatNamesNothingIsNotForALaterShowing() {
        assertThat(outcomesOf(shown("s1", "u", "i", 0), shown("s2", "u", "i", 15), click("c", null, "u", "i", 10)))
                .containsExactly("s1 clicked by c");
    }

    @Test
    void clickThatNamesTheRequestAnswersTheItemOfTheSlate() {
        assertThat(outcomesOf(
                        shown("s1", "r", "u", "i", 0),
                        shown("s2", "r", "u", "j", 0),
                        shown("s3", "r2", "u", "j", 1),
                        click("c", "r", "u", "j", 10)))
                .containsExactly("s2 clicked by c");
    }

    @Test
    void anotherUserOrItemIsNotAnswered() {
        joiner = joinerOf(0, 1000);

        assertThat(outcomesOf(shown("s", "u", "i", 0), click("c1", "s", "v", "i", 1), click("c2", "s", "u", "j", 1)))
                .containsExactly("c1 orphan", "c2 orphan");
    }

    @Test
    void unclickedComeInOrderOfTimeThenOfArrival() {
        accept(shown("b", "u", "i", 20), shown("a", "u", "j", 10), shown("c", "v", "i", 20), shown("d", "v", "j", 10));

        joiner.advance(10 * W, told);

        assertThat(told.lines).containsExactly("a unclicked", "d unclicked", "b unclicked", "c unclicked");
    }

    @Test
    void impressionThatArrivesAfterItsDecisionIsUnclickedAtOnceUnlessAClickWaits() {
        joiner.advance(10 * W, told);

        accept(shown("old", "u", "i", 0), click("c", "s", "u", "j", 10 * W), shown("s", "u", "j", 10 * W - 10));

        assertThat(told.lines).containsExactly("old unclicked", "s clicked by c");
    }

    @Test
    void tooManyEntriesEndThoseDueFirst() {
        joiner = joinerOf(WAIT, 2);

        accept(shown("s1", "u", "i", 0), shown("s2", "u", "j", 1), shown("s3", "u", "k", 2));
        assertThat(told.lines).containsExactly("s1 unclicked");

        accept(click("c", null, "u", "x", 3));
        assertThat(told.lines).containsExactly("s1 unclicked", "c orphan");
        assertThat(joiner.balance().get(Count.OVERFLOWED)).isEqualTo(2);
        assertThat(joiner.balance().balances()).isTrue();
    }

    @Test
    void openImpressionsAreThoseOfTheUserWithoutAnOutcome() {
        accept(
                shown("s1", "u", "i", 0),
                shown("s2", "u", "j", 1),
                shown("s3", "u", "k", 1),
                shown("s4", "v", "i", 1),
                click("c", "s2", "u", "j", 5));
        assertThat(openOf(joiner, "u")).containsExactly("s3", "s1");

        joiner.advance(W + GRACE + 1, told);
        assertThat(openOf(joiner, "u")).containsExactly("s3");
    }

    @Test
    void everySettingOutOfRangeIsNamed() {
        assertThatThrownBy(() -> new AttributionConfig(0, -1, -1, -1, -1, 0))
                .isInstanceOf(InvalidSetting.class)
                .hasMessageContaining("attribution.window = 0 ms, expected 1 ms to 30 days")
                .hasMessageContaining("attribution.grace")
                .hasMessageContaining("attribution.late")
                .hasMessageContaining("attribution.click-wait")
                .hasMessageContaining("attribution.dedup-horizon")
                .hasMessageContaining("attribution.max-pending = 0, expected 1 to 100000000");
    }

    static List<String> openOf(Joiner joiner, String user) {
        List<String> open = new ArrayList<>();
        joiner.eachOpen(
                EntityId.of(user).hash(), impression -> open.add(impression.id().text()));
        return open;
    }

    static void accept(Joiner joiner, Event event, Outcomes outcomes) {
        if (event instanceof Impression impression) {
            joiner.accept(impression, outcomes);
        } else if (event instanceof Click click) {
            joiner.accept(click, outcomes);
        }
    }

    private static Joiner joinerOf(long clickWaitMs, int maxPending) {
        return new Joiner(new AttributionConfig(W, GRACE, LATE, clickWaitMs, 0, maxPending));
    }

    private List<String> outcomesOf(Event... events) {
        accept(events);
        return told.lines;
    }

    private void accept(Event... events) {
        for (Event event : events) {
            accept(joiner, event, told);
            assertThat(joiner.balance().balances()).as("%s", joiner.balance()).isTrue();
        }
    }
}
