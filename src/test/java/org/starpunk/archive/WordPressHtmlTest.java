package org.starpunk.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.starpunk.archive.WordPressItem.Attachment;

/** Texts of WordPress's classic editor and its shortcodes. */
class WordPressHtmlTest {

    private final List<String> remarks = new ArrayList<>();

    private String html(String text) {
        return new WordPressHtml(
                        Map.of("7", new Attachment("https://x.example/7.png", "Seven")),
                        List.of(new Attachment("https://x.example/own.png", "Own")),
                        remarks::add)
                .html(text);
    }

    /** Source texts with their HTML, without line breaks between blocks. */
    static List<List<String>> texts() {
        return List.of(
                List.of("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
                List.of("one\r\n\r\n\r\n two ", "<p>one</p>\n<p>two</p>"),
                List.of("one<br />\ntwo", "<p>one<br>\ntwo</p>"),
                List.of("<p>as it is</p>\n<p>and here</p>", "<p>as it is</p>\n<p>and here</p>"),
                List.of("text\n<h2>Head</h2>\nmore", "<p>text</p>\n<h2>Head</h2>\n<p>more</p>"),
                List.of("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
                List.of("<blockquote>said\n\nagain</blockquote>", "<blockquote><p>said</p>\n<p>again</p></blockquote>"),
                List.of("<div>a\n\nb</div>", "<div><p>a</p>\n<p>b</p></div>"),
                List.of("<pre>\na\n\n b</pre>", "<pre>\na\n\n b</pre>"),
                List.of("a\n<!--more-->\nb", "<p>a<br>\n<!--more--><br>\nb</p>"),
                List.of("<em>all</em> of it", "<p><em>all</em> of it</p>"),
                List.of("a<hr />b", "<p>a</p>\n<hr />\n<p>b</p>"),
                List.of(
                        "<table>\n<tr>\n<td>a\nb</td>\n</tr>\n</table>",
                        "<table>\n<tr>\n<td>a<br>\nb</td>\n</tr>\n</table>"),
                List.of(
                        "https://video.example/1",
                        "<p><a href=\"https://video.example/1\">https://video.example/1</a></p>"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_text_has_the_paragraphs_and_line_breaks_that_wordpress_shows(List<String> text) {
        assertThat(html(text.get(0))).isEqualTo(text.get(1));
        assertThat(remarks).isEmpty();
    }

    @Test
    void known_shortcodes_are_translated() {
        assertThat(html("[caption width='3']<img src=\"a.png\" /> Text[/caption]"))
                .isEqualTo("<figure><img src=\"a.png\" />\n<figcaption>Text</figcaption>\n</figure>");
        assertThat(html("[caption caption=\"Old form\"]<img src=\"a.png\" />[/caption]"))
                .contains("<figcaption>Old form</figcaption>");
        assertThat(html("[gallery ids=\"7\"]")).contains("<img src=\"https://x.example/7.png\" alt=\"Seven\">");
        assertThat(html("[gallery]")).contains("https://x.example/own.png");
        assertThat(html("a\n[embed width=\"5\"]https://v.example/?a=1&b=2[/embed]\nb"))
                .contains("<p><a href=\"https://v.example/?a=1&amp;b=2\">");
        assertThat(html("[code]\n<b>\n\n</b>\n[/code]")).isEqualTo("<pre><code>&lt;b&gt;\n\n&lt;/b&gt;</code></pre>");
        assertThat(html("[youtube https://www.youtube.com/watch?v=x]"))
                .contains("href=\"https://www.youtube.com/watch?v=x\"");
        assertThat(html("Write [[gallery]] so.")).isEqualTo("<p>Write [gallery] so.</p>");
        assertThat(html("[sic] and [1] and a[i]")).isEqualTo("<p>[sic] and [1] and a[i]</p>");
        assertThat(remarks).isEmpty();
        assertThat(html("[audio mp3=\"https://x.example/a.mp3\"][/audio]"))
                .contains("href=\"https://x.example/a.mp3\"");
        assertThat(remarks).containsExactly("it plays https://x.example/a.mp3, which is a link now");
    }

    @Test
    void unknown_shortcodes_stay_and_are_reported_once() {
        String text = "[slider id=\"3\"] and [box]inside[/box] and [slider id=4]";
        assertThat(html(text)).isEqualTo("<p>" + text + "</p>");
        assertThat(remarks)
                .containsExactly(
                        "it has a shortcode that stays as text: [slider]",
                        "it has a shortcode that stays as text: [box]");
    }

    @Test
    void hostile_texts_end_in_time() {
        for (String part : List.of(
                "[caption ", "[a b=\"", "[[", "<div>", "<p><b>", "\n\n", "</div>", "<!--", "[x]", "https://x\n")) {
            assertThat(html(part.repeat(4_000))).isNotNull();
        }
    }
}
