package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks in the HTML of clients stay separate, and the result is valid. */
class HtmlBlocksTest {

    private static MarkdownRenderer.RenderedText read(String html) {
        return MarkdownRenderer.read(html, Note.Format.HTML);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "div",
                "section",
                "article",
                "aside",
                "header",
                "footer",
                "main",
                "nav",
                "address",
                "fieldset",
                "form",
                "center",
                "details",
                "summary",
                "legend",
                "hgroup",
                "dialog",
                "blockquote",
                "h3",
                "p",
                "pre",
                "li",
                "dd",
                "dt",
                "figcaption",
                "menu",
                "search",
                "option"
            })
    void neighbouring_blocks_do_not_run_together(String name) {
        String html = "<%1$s>First line</%1$s><%1$s>Second line</%1$s>".formatted(name);
        assertThat(read(html).text()).isEqualTo("First line Second line");
        assertThat(Excerpt.of(read(html).html(), 100)).isEqualTo("First line Second line");
        assertThat(read("before" + html + "after").text()).isEqualTo("before First line Second line after");
    }

    @Test
    void cells_of_a_table_do_not_run_together() {
        String html = read("<table><caption>T</caption><tr><th>a<th>b<tr><td>c<td>d</table>")
                .html();
        assertThat(Excerpt.of(html, 50)).isEqualTo("T a b c d");
    }

    @Test
    void elements_within_a_word_leave_no_space_in_an_excerpt() {
        assertThat(Excerpt.of("<p>un<b>believ</b>able x<sup class=\"footnote-ref\"><a>1</a></sup>.</p>", 50))
                .isEqualTo("unbelievable x.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<b><h2>x</h2></b>                    | <h2><b>x</b></h2>",
                "<b>a<h2>x</h2>b</b>                  | <b>a</b><h2><b>x</b></h2><b>b</b>",
                "<i><b><p>x</p></b></i>               | <p><i><b>x</b></i></p>",
                "<em><ul><li>a</li></ul></em>         | <ul><li><em>a</em></li></ul>",
                "<a href=\"/x\"><div>a<p>b</p></div></a> | <div><a href=\"/x\">a</a><p><a href=\"/x\">b</a></p></div>",
                "<h2>a<p>b</p></h2>                   | <h2>a</h2><p>b</p>",
                "<li>a</li><li>b</li>                 | <ul><li>a</li><li>b</li></ul>",
                "<dd>a</dd>                           | <div><div>a</div></div>",
                "<dt>a</dt><dd>b</dd>                 | <dl><dt>a</dt><dd>b</dd></dl>",
                "<ul><li>a</li><ul><li>b</li></ul></ul> | <ul><li>a<ul><li>b</li></ul></li></ul>",
                "<ul>text</ul>                        | <ul><li>text</li></ul>",
                "<figcaption>a</figcaption>           | <div>a</div>",
                "<span><div>a</div></span>            | <div>a</div>",
            })
    void misnested_blocks_are_put_in_order(String html, String expected) {
        assertThat(read(html).html()).isEqualTo(expected);
    }

    @Test
    void many_blocks_in_many_formats_stay_within_bounds() {
        String html = "<b>".repeat(2_000) + "<p>x</p>".repeat(2_000);
        assertThat(read(html).html().length()).isLessThan(2_500_000);
    }
}
