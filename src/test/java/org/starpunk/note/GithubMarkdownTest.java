package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GitHub's extensions of CommonMark. */
class GithubMarkdownTest {

    private static String markdown(String text) {
        return MarkdownRenderer.render(text, Note.Format.MARKDOWN);
    }

    private static String html(String text) {
        return MarkdownRenderer.render(text, Note.Format.HTML);
    }

    @Test
    void a_table_keeps_its_alignment_and_fills_short_rows() {
        assertThat(markdown("| a | b |\n|:-:|--:|\n| *1* | `x\\|y` |\n| 3 |").replace("\n", ""))
                .isEqualTo("<table tabindex=\"0\"><thead><tr><th class=\"align-center\">a</th><th"
                        + " class=\"align-right\">b</th></tr></thead><tbody><tr><td"
                        + " class=\"align-center\"><em>1</em></td><td"
                        + " class=\"align-right\"><code>x|y</code></td></tr><tr><td"
                        + " class=\"align-center\">3</td><td class=\"align-right\"></td></tr></tbody></table>");
    }

    @Test
    void strikethrough_and_task_lists_become_their_elements() {
        assertThat(markdown("~~gone~~ ~also~")).isEqualTo("<p><del>gone</del> <del>also</del></p>");
        assertThat(markdown("- [ ] open\n- [x] done"))
                .contains("<li><input type=\"checkbox\" disabled aria-label=\"Incomplete task\"> open</li>")
                .contains("type=\"checkbox\" checked disabled aria-label=\"Completed task\"> done</li>");
        assertThat(markdown("- [ ] open\n\n- [x] done"))
                .contains("<p><input type=\"checkbox\" disabled aria-label=\"Incomplete task\"> open</p>");
    }

    @Test
    void an_input_that_is_no_checkbox_is_left_out() {
        assertThat(html("<input type=text value=x><input><input type=CHECKBOX checked name=y>"))
                .isEqualTo("<input type=\"checkbox\" checked disabled aria-label=\"Completed task\">");
    }

    @Test
    void footnotes_link_to_their_text_and_back() {
        String html = markdown("One[^1] and two[^note] and one again[^1].\n\n[^1]: First\n[^note]: **Second**\n");
        assertThat(html)
                .contains("One<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\">1</a></sup>")
                .contains("again<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1-2\">1</a></sup>")
                .contains("<section class=\"footnotes\">", "<li id=\"fn-note\">", "<strong>Second</strong>")
                .contains(
                        "<a href=\"#fnref-note\" class=\"footnote-backref\" aria-label=\"Back to reference 2\">↩</a>");
        assertThat(markdown("No[^2] such")).isEqualTo("<p>No[^2] such</p>");
        assertThat(html("<li id=fn-x><a id=top class=u-url>x</a><p id=fn-x class=h-card>"))
                .doesNotContain("top", "u-url", "h-card")
                .containsOnlyOnce("fn-x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.com/__init__.py         | https://example.com/__init__.py",
                "see https://example.com/a*b*c_d_e, yes   | https://example.com/a*b*c_d_e",
                "https://example.com/~user/~x~/y          | https://example.com/~user/~x~/y",
                "**https://example.com/a_b_**             | https://example.com/a_b",
                "_https://example.com/_x_y_               | https://example.com/_x_y",
                "(https://example.com/a_(b))              | https://example.com/a_(b)",
                "https://example.com/a).                  | https://example.com/a",
                "https://example.com/?q=a&amp;b=1&hl;     | https://example.com/?q=a&b=1",
                "https://example.com/?a=1&b=2;            | https://example.com/?a=1&b=2",
                "見てhttps://example.com/a。そして         | https://example.com/a",
                "「https://example.com/日本語」           | https://example.com/日本語",
                "https://example.com/a，b                 | https://example.com/a",
                "(“https://example.com/a”)                | https://example.com/a",
                "HTTPS://EXAMPLE.com/A_B_C                | HTTPS://EXAMPLE.com/A_B_C",
                "http://localhost:8080/_x_/y              | http://localhost:8080/_x_/y",
                "https://example.com/a\\_b\\_c            | https://example.com/a_b_c",
                "[see https://example.com/a_b]            | https://example.com/a_b",
                "https://example.com/?a[]=1_2_            | https://example.com/?a[]=1_2",
                "https://en.wikipedia.org/wiki/A–B        | https://en.wikipedia.org/wiki/A–B",
                "https://example.com/a… more              | https://example.com/a",
                "<b>https://example.com/a_b_c</b>         | https://example.com/a_b_c",
            })
    void a_bare_url_is_one_link(String text, String url) {
        var links = Jsoup.parseBodyFragment(markdown(text)).select("a");
        assertThat(links).hasSize(1);
        assertThat(links.attr("href")).isEqualTo(url);
        assertThat(links.text()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "www.example.com/a_b_c. x     | http://www.example.com/a_b_c   | www.example.com/a_b_c",
                "a_b.c+d@example.org,         | mailto:a_b.c+d@example.org     | a_b.c+d@example.org",
            })
    void an_address_without_a_scheme_is_a_link(String text, String address, String shown) {
        var links = Jsoup.parseBodyFragment(markdown(text)).select("a");
        assertThat(links).hasSize(1);
        assertThat(links.attr("href")).isEqualTo(address);
        assertThat(links.text()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xhttps://example.com",
                "https://",
                "https:// x",
                "www.",
                "www. x",
                "awww.example.com",
                "whale",
                "how",
                "`https://example.com/a_b`",
                "https://a_b.c_d",
                "httpx://example.com"
            })
    void what_is_no_url_is_not_linked(String text) {
        assertThat(markdown(text)).doesNotContain("<a");
    }

    @Test
    void a_url_within_a_link_is_its_text() {
        assertThat(markdown("[https://a.example/b_c_d](https://e.example)"))
                .isEqualTo("<p><a href=\"https://e.example\">https://a.example/b_c_d</a></p>");
        assertThat(markdown("<a href=\"https://e.example\">www.a.example</a>"))
                .isEqualTo("<p><a href=\"https://e.example\">www.a.example</a></p>");
        assertThat(markdown("[x](https://a.example/b_c_d) <https://a.example/_>"))
                .isEqualTo("<p><a href=\"https://a.example/b_c_d\">x</a> "
                        + "<a href=\"https://a.example/_\">https://a.example/_</a></p>");
    }

    @Test
    void a_bare_url_in_plain_text_ends_where_it_does_in_markdown() {
        assertThat(MarkdownRenderer.render("見てhttps://example.com/a_b。www.example.org.", Note.Format.TEXT))
                .isEqualTo("<p>見て<a href=\"https://example.com/a_b\">https://example.com/a_b</a>。"
                        + "<a href=\"http://www.example.org\">www.example.org</a>.</p>");
    }

    @Test
    void numbers_of_lists_and_cells_are_kept_within_bounds() {
        assertThat(markdown("2024. What a year")).isEqualTo("<ol start=\"2024\">\n<li>What a year</li>\n</ol>");
        assertThat(html("<ol start=-3 reversed><li value=7>a</ol>"))
                .isEqualTo("<ol start=\"-3\" reversed><li value=\"7\">a</li></ol>");
        assertThat(html("<table><tr><td colspan=2 rowspan=3>a</table>")).contains("<td colspan=\"2\" rowspan=\"3\">");
        assertThat(html("<ol start=1e9><li value='x'>a</ol><table><tr><td colspan=101 rowspan=0>b</table>"))
                .doesNotContain("start", "value", "span=");
    }
}
