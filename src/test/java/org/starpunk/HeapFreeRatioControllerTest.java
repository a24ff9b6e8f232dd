package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapFreeRatioControllerTest {

    private final List<String> set = new ArrayList<>();
    private final HeapFreeRatioController room =
            new HeapFreeRatioController((least, most) -> set.add(least + "-" + most), 15, 30, 5_000);

    @Test
    void a_heap_that_is_collected_for_a_tenth_of_the_time_gets_room_once() {
        room.adjust(5_100);
        assertThat(set).isEmpty();
        room.adjust(5_201);
        room.adjust(6_000);
        assertThat(set).containsExactly("60-80");
    }

    @Test
    void after_a_minute_without_a_collection_the_first_values_apply_again() {
        room.adjust(5_500);
        looks(59, 5_500);
        room.adjust(5_501);
        looks(59, 5_501);
        assertThat(set).containsExactly("60-80");
        room.adjust(5_501);
        assertThat(set).containsExactly("60-80", "15-30");
        room.adjust(5_700);
        assertThat(set).containsExactly("60-80", "15-30", "60-80");
    }

    @Test
    void more_room_than_that_is_left_as_it_was_set() {
        HeapFreeRatioController wide =
                new HeapFreeRatioController((least, most) -> set.add(least + "-" + most), 70, 90, 0);
        wide.adjust(1_000);
        assertThat(set).isEmpty();
    }

    private void looks(int count, long millis) {
        for (int i = 0; i < count; i++) {
            room.adjust(millis);
        }
    }
}
