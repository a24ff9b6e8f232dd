package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownRendererTest {

    private static String markdown(String text) {
        return MarkdownRenderer.render(text, Note.Format.MARKDOWN);
    }

    @Test
    void paragraphs_emphasis_lists_quotes_and_code_become_their_elements() {
        assertThat(markdown("Hello *big* **world**\n\n- a\n- b\n\n> said\n\n```java\nint a = 1 < 2;\n```"))
                .isEqualTo(
                        "<p>Hello <em>big</em> <strong>world</strong></p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
                                + "<blockquote>\n<p>said</p>\n</blockquote>\n<pre tabindex=\"0\"><code>int a = 1 &lt; 2;\n</code></pre>");
    }

    @Test
    void a_bare_address_can_be_followed() {
        assertThat(markdown("see https://vertx.io/docs?a=1&b=2."))
                .isEqualTo(
                        "<p>see <a href=\"https://vertx.io/docs?a=1&amp;b=2\">https://vertx.io/docs?a=1&amp;b=2</a>.</p>");
    }

    @Test
    void a_heading_stands_one_level_below_the_pages_own() {
        assertThat(markdown("# One\n\n###### Six")).isEqualTo("<h2>One</h2>\n<h6>Six</h6>");
    }

    @Test
    void a_picture_keeps_its_description_and_has_an_empty_one_when_none_was_given() {
        assertThat(markdown("![A cat](/media/cat.jpg \"Tom\")"))
                .contains("src=\"/media/cat.jpg\"", "alt=\"A cat\"", "title=\"Tom\"", "loading=\"lazy\"");
        assertThat(MarkdownRenderer.render("<img src=\"https://example.org/a.png\">", Note.Format.HTML))
                .contains("alt=\"\"");
    }

    @Test
    void relative_links_stay_relative() {
        assertThat(markdown("[a](/notes/b) [c](#d)"))
                .isEqualTo("<p><a href=\"/notes/b\">a</a> <a href=\"#d\">c</a></p>");
    }

    @Test
    void plain_text_keeps_its_line_breaks_and_its_angle_brackets() {
        assertThat(MarkdownRenderer.render("a < b & c\nd\n\n\n*e* https://example.org/?a=1&b", Note.Format.TEXT))
                .isEqualTo("<p>a &lt; b &amp; c<br>\nd</p>\n<p>*e* "
                        + "<a href=\"https://example.org/?a=1&amp;b\">https://example.org/?a=1&amp;b</a></p>");
    }

    @Test
    void text_in_any_script_passes_unchanged() {
        assertThat(markdown("Привет 世界 שלום 👩‍👩‍👧 e\u0301")).isEqualTo("<p>Привет 世界 שלום 👩‍👩‍👧 e\u0301</p>");
    }

    @Test
    void html_of_a_client_keeps_its_structure_and_loses_what_could_pose_as_the_page() {
        assertThat(MarkdownRenderer.render(
                        "<p class=\"h-card\" id=x style=\"color:red\">a <a rel=\"me\" href=\"https://b.example/\">b</a>",
                        Note.Format.HTML))
                .isEqualTo("<p>a <a href=\"https://b.example/\">b</a></p>");
    }
}
