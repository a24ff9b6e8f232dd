package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<p>one</p><p>two</p><p>three</p>             | 5  | 30 | <p>one</p>",
                "<p>one</p><p>two</p><p>three</p>             | 12 | 30 | <p>one</p><p>two</p>",
                "<p>one</p><h2>Two</h2><p>three</p>           | 12 | 30 | <p>one</p>",
                "<p>a<br>b<img src=\"x>y\"></p><p>two</p>     | 5  | 40 | <p>a<br>b<img src=\"x>y\"></p>",
                "<ul><li>a</li><li>b</li></ul><p>two</p>      | 5  | 40 | <ul><li>a</li><li>b</li></ul>",
                "<p>one</p><hr><p>two</p>                     | 12 | 40 | <p>one</p><hr><p>two</p>",
            })
    void whole_blocks_are_taken_until_they_are_enough(String html, int enough, int max, String first) {
        assertThat(Excerpt.firstBlocks(html, enough, max)).contains(first);
    }

    @ParameterizedTest
    @CsvSource({"abcd,4,abcd", "abcde,4,abc…", "ab😀cd,4,ab…", "ab😀cd,5,ab😀…", "😀😀😀,3,😀…"})
    void a_long_text_ends_with_an_ellipsis_after_a_whole_character(String text, int max, String shortened) {
        assertThat(Excerpt.ofText(text, max)).isEqualTo(shortened);
    }

    @Test
    void a_block_that_is_too_much_is_not_taken() {
        assertThat(Excerpt.firstBlocks("<p>" + "a".repeat(100) + "</p>", 5, 50)).isEmpty();
        assertThat(Excerpt.firstBlocks("no elements", 5, 50)).isEmpty();
    }

    @Property(tries = 300)
    void whatever_is_taken_is_balanced(@ForAll("texts") String text) {
        String html = MarkdownRenderer.render(text, Note.Format.MARKDOWN);
        Excerpt.firstBlocks(html, 20, 200).ifPresent(first -> {
            assertThat(html).startsWith(first);
            assertThat(MarkdownRenderer.sanitise(first)).isEqualTo(first);
            assertThat(Jsoup.parse("<main>" + first + "<i></i></main>").select("main > i"))
                    .hasSize(1);
        });
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "word ",
                        "\n\n",
                        "> ",
                        "* ",
                        "# ",
                        "<b>",
                        "</b>",
                        "<table><tr><td>",
                        "`x`",
                        "![a](/b)",
                        "---\n",
                        "<br>")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }
}
