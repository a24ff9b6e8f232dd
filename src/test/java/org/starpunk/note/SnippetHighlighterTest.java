package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class SnippetHighlighterTest {

    @Test
    void matched_words_are_marked_and_everything_else_is_escaped() {
        assertThat(SnippetHighlighter.toHtml("a \u0002<b>\u0003 & \"c\""))
                .isEqualTo("a <mark>&lt;b&gt;</mark> &amp; &quot;c&quot;");
    }

    @Test
    void markers_that_the_note_itself_holds_leave_no_element_open() {
        assertThat(SnippetHighlighter.toHtml("\u0003a\u0002\u0002b")).isEqualTo("a<mark>b</mark>");
    }

    @Property
    void any_snippet_shows_its_text_and_has_no_element_but_mark(@ForAll("snippets") String snippet) {
        Element body =
                Jsoup.parseBodyFragment(SnippetHighlighter.toHtml(snippet)).body();
        assertThat(body.select("*").not("body, mark")).isEmpty();
        assertThat(body.select("mark mark")).isEmpty();
        assertThat(body.wholeText()).isEqualTo(snippet.replaceAll("[\\x00-\\x08\\x0B-\\x1F]", ""));
    }

    @Provide
    Arbitrary<String> snippets() {
        return Arbitraries.of(
                        "\u0002",
                        "\u0003",
                        "<script>",
                        "</mark>",
                        "<mark>",
                        "\"",
                        "'",
                        "&lt;",
                        "&",
                        "<",
                        "x",
                        "é",
                        "😀",
                        "\u0001")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }
}
