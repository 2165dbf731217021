package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.event.Click;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import io.millrace.source.NormalForm.Assumptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each raw form, on a few rows made up by hand. */
class RawFormsTest {

    @TempDir
    Path directory;

    @Test
    void ratingsOfMovieLensAreClicksInOrderOfTime() throws IOException {
        List<Event> tabs = read("196\t242\t3\t881250949\n186\t302\t5\t881250940\n22\t377\t1\t881250949\n");
        assertThat(tabs).extracting(e -> e.user() + " " + e.item()).containsExactly("186 302", "196 242", "22 377");
        assertThat(tabs).extracting(Event::atMs).containsExactly(881250940000L, 881250949000L, 881250949000L);
        assertThat(read("1::1193::5::978300760\n1::661::3::978302109\n"))
                .hasSize(2)
                .allMatch(Click.class::isInstance);
        assertThat(read("userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n"))
                .extracting(e -> e.item().text())
                .containsExactly("31");
    }

    @Test
    void aRequestOfMindIsItsItemsAndTheClickedOnesFollow() throws IOException {
        List<Event> events = read(
                "2\tU91\t11/12/2019 6:11:30 PM\t\tN31-0\n" + "1\tU13\t11/11/2019 9:05:58 AM\tN1 N2\tN55-1 N35-0\n");
        assertThat(events).hasSize(4);
        assertThat(events.get(0)).isInstanceOf(Impression.class);
        assertThat(events.get(0).item().text()).isEqualTo("N55");
        assertThat(((Impression) events.get(0)).request())
                .isEqualTo(((Impression) events.get(1)).request())
                .isNotNull();
        assertThat(((Click) events.get(2)).impression()).isEqualTo(events.get(0).id());
        assertThat(events.get(3).atMs()).isEqualTo(1573582290000L);
    }

    @Test
    void aVideoOfKuaiRandWasShownAndPerhapsClicked() throws IOException {
        List<Event> events = read("user_id,video_id,date,hourmin,time_ms,is_click,is_like\n"
                + "7,10,20220424,1500,1650812741000,1,0\n7,11,20220424,1500,1650812740000,0,0\n");
        assertThat(events).extracting(e -> e.item().text()).containsExactly("11", "10", "10");
        assertThat(events.get(2)).isInstanceOf(Click.class);
    }

    @Test
    void aRowOfOpenBanditCarriesPlaceAndPropensityAndASegmentForAUser() throws IOException {
        List<Event> events = read(",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1\n"
                + "0,2019-11-24 00:00:17.004101+00:00,79,3,0,0.0125,aa,bb\n"
                + "1,2019-11-24 00:00:19.715857+00:00,14,1,1,0.5,aa,bb\n");
        Impression first = (Impression) events.get(0);
        assertThat(first.position()).isEqualTo(2);
        assertThat(first.propensity()).isEqualTo(0.0125f);
        assertThat(first.atMs()).isEqualTo(1574553617004L);
        assertThat(events.get(1).user()).isEqualTo(first.user());
        assertThat(events).hasSize(3);
    }

    @Test
    void aRowThatIsNotOfItsFormIsRefusedWithItsLine() {
        assertThatThrownBy(() -> read("1\t2\t3\t4\nx\n"))
                .isInstanceOf(MalformedRow.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("expected user, item, rating and time");
        assertThatThrownBy(() -> read("some\theader\n1\t2\n")).isInstanceOf(MalformedRow.class);
    }

    private List<Event> read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("history"), text);
        List<Event> events = new ArrayList<>();
        try (NormalForm form = RawForms.open(file, new Assumptions(10, Double.NEGATIVE_INFINITY))) {
            form.forEachRemaining(events::add);
        }
        return events;
    }
}
