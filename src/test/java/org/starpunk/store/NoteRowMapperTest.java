package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.note.Tag;

class NoteRowMapperTest {

    @ParameterizedTest
    @CsvSource({
        "music garden 2026 books, 2026 books garden music",
        "book books bo, bo book books",
        "Vert.x übung Übung zebra apfel, apfel übung Übung Vert.x zebra",
        "java Java indieweb, indieweb java Java"
    })
    void tags_stand_in_the_order_in_which_people_sort(String names, String sorted) {
        List<Tag> tags = Stream.of(names.split(" "))
                .map(name -> new Tag(name.toLowerCase(Locale.ROOT), name))
                .toList();
        assertThat(NoteRowMapper.byName(tags)).extracting(Tag::name).containsExactly(sorted.split(" "));
    }
}
