package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Plain text is rendered to the same HTML with and without an HTML parser. */
class PlainTextRendererTest {

    private static void assertSameAsParsed(String text) {
        PlainTextRenderer.simple(text)
                .ifPresent(read -> assertThat(read).as(text).isEqualTo(MarkdownRenderer.plain(text)));
    }

    @Example
    void an_ordinary_post_needs_no_parser() {
        String text =
                "\n A \u201cquiet\u201d  day\tin Z\u00fcrich: 5 > 3 & 'so' on\r\nhttps://example.org/a?b=1&copy=2#c.\n \n\u6771\u4eac ";
        assertThat(PlainTextRenderer.simple(text)).isPresent();
        assertThat(PlainTextRenderer.simple(text).get().text())
                .isEqualTo("A \u201cquiet\u201d day in Z\u00fcrich: 5 > 3 & 'so' on"
                        + " https://example.org/a?b=1&copy=2#c. \u6771\u4eac");
        assertSameAsParsed(text);
    }

    @Property(tries = 1_000)
    void any_text_is_the_same_as_parsed(@ForAll String text) {
        assertSameAsParsed(text);
    }

    @Property(tries = 3_000)
    void what_looks_like_markup_or_a_link_is_the_same_as_parsed(@ForAll("fragments") String text) {
        assertSameAsParsed(text);
    }

    @Property(tries = 1_000)
    void letters_of_any_script_are_the_same_as_parsed(@ForAll("letters") String text) {
        assertThat(PlainTextRenderer.simple(text)).isPresent();
        assertSameAsParsed(text);
    }

    @Provide
    Arbitrary<String> letters() {
        return Arbitraries.chars()
                .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == '\n')
                .list()
                .ofMinSize(1)
                .ofMaxSize(30)
                .map(chars -> chars.stream().map(String::valueOf).reduce("", String::concat));
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.of(
                        "word",
                        " ",
                        "  ",
                        "\n",
                        "\r\n",
                        "\r",
                        "\t",
                        "<",
                        ">",
                        "&",
                        "&amp;",
                        "&lt;script&gt;",
                        "&#60;",
                        "&copy",
                        "<script>",
                        "</p>",
                        "<!--",
                        "]]>",
                        "\"",
                        "'",
                        "`",
                        "https://example.org/",
                        "https://example.org/a?b=1&lt=2",
                        "http://a",
                        "HTTP://a.example",
                        "https://user@example.org:8080/%zz",
                        "https://[::1]/",
                        "https://\u00fcber.example/",
                        "ftp://example.org/x",
                        "javascript://x.example/%0aalert(1)",
                        "data://text/html,x",
                        "mailto:a@example.org",
                        "www.example.org",
                        ".",
                        ")",
                        "(",
                        "/",
                        "\u00a0",
                        "\u00ad",
                        "\u200b",
                        "\u2028",
                        "\u0085",
                        "\u0000",
                        "\ufeff",
                        "\ud83d",
                        "\ud83d\ude00",
                        "\u201e",
                        "\u00e4",
                        "\u0130",
                        "\u3000")
                .list()
                .ofMaxSize(14)
                .map(parts -> String.join("", parts));
    }
}
