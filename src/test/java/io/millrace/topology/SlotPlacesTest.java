package io.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotPlacesTest {

    private final SlotPlaces places = new SlotPlaces();

    @Test
    void aSlotAndItsPlaceFindEachOther() {
        places.put(3, 5000);
        places.put(7000, 1);
        assertThat(places.place(3)).isEqualTo(5000);
        assertThat(places.slot(5000)).isEqualTo(3);
        assertThat(places.place(7000)).isEqualTo(1);
        assertThat(places.slot(1)).isEqualTo(7000);
        assertThat(places.place(4)).isNegative();
        assertThat(places.slot(9_999_999)).isNegative();
    }

    @Test
    void afterARemovalNeitherFindsTheOther() {
        places.put(3, 5);
        places.put(4, 6);
        places.remove(3);
        assertThat(places.place(3)).isNegative();
        assertThat(places.slot(5)).isNegative();
        assertThat(places.place(4)).isEqualTo(6);
    }

    @Test
    void slotsBeyondThoseKnownAreCopiedAsWithoutAPlace() {
        places.put(1, 9);
        int[] copy = new int[5000];
        places.copy(copy, copy.length);
        assertThat(copy[1]).isEqualTo(9);
        assertThat(copy[0]).isNegative();
        assertThat(copy[4999]).isNegative();
    }
}
