package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTest {

    private static final OffsetDateTime WHEN = OffsetDateTime.parse("2026-11-21T08:05:09+01:00");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Hello, World!                  | hello-world
                    Привет мир                     | privet-mir
                    世界你好                        | shi-jie-ni-hao
                    Ça va? Über-Maß, ½ Øl          | ca-va-uber-mass-1-2-ol
                    The author's “quoted” word     | the-authors-quoted-word
                    𝐇𝐞𝐥𝐥𝐨 fi                        | hello-fi
                    # A *marked* `up` heading      | a-marked-up-heading
                    [Vert.x](https://vertx.io) is  | vert-x-is
                    https://example.org/a/b says   | says
                    <b>bold</b> move               | bold-move
                    1 2 3 4 5 6 7 8 9 10           | 1-2-3-4-5-6-7-8
                    """)
    void the_first_words_of_a_text_name_it_in_any_script(String text, String slug) {
        assertThat(Slug.of(null, text, WHEN)).isEqualTo(slug);
    }

    @Test
    void a_title_comes_before_the_text() {
        assertThat(Slug.of("On Slugs", "Some text", WHEN)).isEqualTo("on-slugs");
        assertThat(Slug.of("!!!", "Some text", WHEN)).isEqualTo("some-text");
    }

    @Test
    void a_note_without_a_usable_word_is_named_by_its_time() {
        assertThat(Slug.of(null, "🙂 … https://example.org", WHEN)).isEqualTo("20261121-080509");
        assertThat(Slug.of("", "", WHEN)).isEqualTo("20261121-080509");
    }

    @Test
    void a_wished_slug_is_kept_as_far_as_an_address_can() {
        assertThat(Slug.wished("my-own-slug")).contains("my-own-slug");
        assertThat(Slug.wished(" My Own/Slug? ")).contains("my-own-slug");
        assertThat(Slug.wished("../../etc/passwd")).contains("etc-passwd");
        assertThat(Slug.wished("…")).isEmpty();
        assertThat(Slug.wished(null)).isEmpty();
    }

    @Test
    void a_single_long_word_is_cut() {
        assertThat(Slug.of(null, "a".repeat(5000), WHEN)).hasSize(Slug.MAX_LENGTH);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a b c d e f g h i [                | a-b-c-d-e-f-g-h
                    one two three [four](              | one-two-three-four-end
                    one two three <b                   | one-two-three-end
                    one two http                       | one-two-end
                    """)
    void what_is_looked_at_first_does_not_cut_a_link_or_a_word_in_two(String begin, String slug) {
        for (int length = 85; length < 115; length++) {
            String text = " ".repeat(length - begin.length()) + begin + "://x".repeat(10) + ">) end";
            assertThat(Slug.of(null, text, WHEN)).as("cut at %s", length).isEqualTo(slug);
        }
    }

    @Property
    void any_text_gives_a_slug_that_stands_in_an_address_as_it_is(@ForAll String title, @ForAll String text) {
        String slug = Slug.of(title, text, WHEN);
        assertThat(slug).matches("[a-z0-9]+(-[a-z0-9]+)*").hasSizeLessThanOrEqualTo(Slug.MAX_LENGTH);
        assertThat(Slug.wished(slug)).as("wished again").contains(slug);
    }
}
