package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagNameRulesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    IndieWeb          | indieweb
                    ' Two   words '   | two-words
                    #hashtag          | hashtag
                    Café              | café
                    ＦＵＬＬ          | full
                    C++               | c++
                    C#                | c#
                    C                 | c
                    Vert.x            | vert.x
                    R&D / Labs        | r-d-labs
                    日本語            | 日本語
                    🚀 launch         | 🚀-launch
                    ../admin          | admin
                    <script>          | script
                    """)
    void names_are_normalised(String name, String slug) {
        assertThat(TagNameRules.normalise(name)).isEqualTo(slug);
    }

    @Test
    void composed_and_decomposed_letters_are_one_tag() {
        assertThat(TagNameRules.normalise("Cafe\u0301")).isEqualTo(TagNameRules.normalise("CAFÉ"));
    }

    @Test
    void a_line_gives_each_tag_once_as_first_written() {
        assertThat(TagNameRules.parse(" Vert.x, sqlite,VERT.X ,, #Notes、日本 "))
                .containsExactly(
                        new Tag("vert.x", "Vert.x"),
                        new Tag("sqlite", "sqlite"),
                        new Tag("notes", "Notes"),
                        new Tag("日本", "日本"));
        assertThat(TagNameRules.parse(null)).isEmpty();
        assertThat(TagNameRules.parse(" , ,, !")).isEmpty();
    }

    @Test
    void a_tags_address_is_escaped() {
        assertThat(new Tag("c#", "C#").path()).isEqualTo("/tags/c%23");
        assertThat(new Tag("café", "Café").path()).isEqualTo("/tags/caf%C3%A9");
        assertThat(new Tag("c++", "C++").path()).isEqualTo("/tags/c%2B%2B");
    }

    @Property
    void normalising_twice_changes_nothing_and_case_makes_no_difference(@ForAll String name) {
        String slug = TagNameRules.normalise(name);
        assertThat(TagNameRules.normalise(slug)).isEqualTo(slug);
        assertThat(slug).doesNotContain("/", "<", ">", "\"", "&", "'", "?", "%", " ");
    }

    @Property
    void a_line_of_tags_is_read_back(@ForAll List<String> names) {
        List<Tag> tags = TagNameRules.tags(
                names.stream().map(name -> name.replaceAll("[,，、]", "")).toList());
        assertThat(TagNameRules.parse(TagNameRules.line(tags))).isEqualTo(tags);
        assertThat(tags).allSatisfy(tag -> assertThat(URI.create(tag.path())).isNotNull());
    }
}
