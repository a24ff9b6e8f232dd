package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that try to break the page or to exceed limits. */
class HostileMarkdownTest {

    private static final List<String> FORBIDDEN = List.of(
            "script", "style", "iframe", "object", "embed", "form", "svg", "math", "base", "meta", "link", "video");

    private static final List<String> ATTRIBUTES = List.of(
            "href",
            "src",
            "alt",
            "title",
            "loading",
            "tabindex",
            "type",
            "disabled",
            "checked",
            "aria-label",
            "class",
            "id",
            "start",
            "value",
            "reversed",
            "colspan",
            "rowspan");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "<svg/onload=alert(1)>",
                "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1"
                        + " onerror=alert(1)&gt;\">",
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a href=\"java\nscript:alert(1)\">x</a>",
                "<a href=\" &#14; javascript:alert(1)\">x</a>",
                "[x](javascript:alert(1))",
                "[x](JaVaScRiPt:alert(1))",
                "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
                "[x](vbscript:msgbox(1))",
                "![x](data:image/svg+xml;base64,PHN2Zy8+)",
                "![x](x\"onerror=\"alert(1))",
                "<javascript:alert(1)>",
                "<iframe src=https://example.org></iframe>",
                "<form action=/admin/logout><button>x</button></form>",
                "<style>body{display:none}</style><link rel=stylesheet href=//a>",
                "</div></article></main></body></html><h1>mine</h1>",
                "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                "<!--><img src=x onerror=alert(1)>-->",
                "<p title='\"><script>alert(1)</script>'>",
                "<meta http-equiv=refresh content=0;url=//evil.example><base href=//evil.example>",
                "<a href=x class=u-url rel=me>x</a><div class=h-card></div>",
                "`</code><script>alert(1)</script>`",
                "<details open ontoggle=alert(1)>",
                "\u0002<b>\u0003<script>\u0001",
            })
    void nothing_that_runs_or_leads_away_gets_through(String text) {
        for (Note.Format format : Note.Format.values()) {
            assertSafe(MarkdownRenderer.render(text, format));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<b><i><u><p>", "<b>", "<p>", "<a href=x><b><i><code><em><strong><div>", "<li>", "<font><svg>"})
    void html_that_grows_when_parsed_stays_within_bounds(String part) {
        String html = MarkdownRenderer.render(part.repeat(200_000 / part.length()), Note.Format.HTML);
        assertThat(html.length()).isLessThan(2_500_000);
        assertSafe(html.substring(0, 1_000));
    }

    @Test
    void a_reference_that_stands_for_a_long_address_is_not_repeated_without_end() {
        String text = "[a]: /" + "u".repeat(100_000) + "\n\n" + "[a]".repeat(30_000);
        assertThat(MarkdownRenderer.render(text, Note.Format.MARKDOWN).length()).isLessThan(2_500_000);
        String few = "[a]: /" + "u".repeat(1_000) + "\n\n" + "[a] ".repeat(10);
        assertThat(MarkdownRenderer.render(few, Note.Format.MARKDOWN)).contains("href=\"/uuu");
    }

    @Test
    void a_wide_table_with_many_short_rows_is_not_filled_up() {
        String wide = "|a".repeat(10_000) + "|\n" + "|-".repeat(10_000) + "|\n" + "a\n".repeat(10_000);
        List<String> tables = List.of(
                wide,
                "> " + wide.replace("\n", "\n> "),
                "- " + wide.replace("\n", "\n  "),
                ("|a".repeat(500) + "\n" + "|-".repeat(500) + "\n" + "a\n".repeat(100) + "\n").repeat(90));
        for (String text : tables) {
            assertThat(text.length()).isLessThan(250_000);
            String html = assertTimeoutPreemptively(
                    Duration.ofMinutes(5), () -> renderedWithin(text, 200_000_000), () -> text.substring(0, 10));
            assertThat(html.length()).isLessThan(2_500_000);
            assertThat(Jsoup.parse(html).text()).contains("a");
        }
    }

    @Test
    void many_footnotes_are_rendered_or_shown_as_written() {
        StringBuilder each = new StringBuilder();
        StringBuilder chain = new StringBuilder("[^0]\n\n");
        for (int i = 0; i < 12_000; i++) {
            each.append("[^").append(i).append("]\n\n[^").append(i).append("]: x\n\n");
            chain.append("[^").append(i).append("]: [^").append(i + 1).append("]\n");
        }
        String unused = "[^a]: x\n".repeat(100_000);
        String all = "[^a]".repeat(100_000) + "\n\n[^a]: x";
        for (String text : List.of(each.toString(), chain.toString(), unused, all)) {
            String html = assertTimeoutPreemptively(
                    Duration.ofMinutes(5), () -> renderedWithin(text, 2_000_000_000), () -> text.substring(0, 20));
            assertThat(html.length()).isLessThan(2_500_000);
        }
    }

    /** Renders within limits of time and of memory that the thread allocates. */
    private static String renderedWithin(String text, long bytes) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        String html = renderedInTime(text, Note.Format.MARKDOWN);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(bytes);
        return html;
    }

    @Property(tries = 500)
    void any_text_becomes_html_that_is_safe_and_balanced(@ForAll("fragments") String text, @ForAll Note.Format format) {
        String html = MarkdownRenderer.render(text, format);
        assertSafe(html);
        assertThat(MarkdownRenderer.sanitise(html))
                .as("passed once, passed for good")
                .isEqualTo(html);
        assertThat(MarkdownRenderer.read(text, format))
                .as("what is searched is what is shown")
                .isEqualTo(new MarkdownRenderer.RenderedText(
                        html, Jsoup.parse(html).text()));
    }

    @Property(tries = 300)
    void the_words_of_a_plain_text_are_all_there(@ForAll("words") String text) {
        String shown = Jsoup.parseBodyFragment(MarkdownRenderer.render(text, Note.Format.TEXT))
                .body()
                .wholeText();
        assertThat(shown.replaceAll("\\s+", "")).isEqualTo(text.replaceAll("\\s+", ""));
    }

    @ParameterizedTest
    @EnumSource(Note.Format.class)
    void texts_made_to_be_slow_or_deep_are_answered_in_time(Note.Format format) {
        List<String> seeds = List.of(
                "> ",
                "* ",
                "[",
                "![",
                "[a](",
                "*a **a ",
                "_a __a ",
                "`",
                "<",
                "<a ",
                "<b>",
                "<div>",
                "<table>",
                "<b><p>",
                "&amp;",
                "\\",
                "1) ",
                "<!-- ",
                "[a]: b\n",
                "https://a.b",
                "((",
                "<ul><li>",
                "\n",
                "~~",
                "~~a ",
                "|a",
                "|a|b|\n|-|-|\n",
                "- [ ] ",
                "[^a]: ",
                "[^a]: [^a]\n",
                "[^",
                "[^a]",
                "www.",
                "https://",
                "http://a_b*c",
                "a_b@c.d",
                "<div><b>",
                "<b><h2><i>",
                "<li><dd>",
                "***a***");
        for (String seed : seeds) {
            String text = seed.repeat(100_000 / seed.length());
            String html = assertTimeoutPreemptively(
                    Duration.ofMinutes(5), () -> renderedInTime(text, format), () -> "repeated: " + seed);
            assertSafe(html);
        }
    }

    /** Renders within a limit of CPU time of the thread, which is independent of other work of the machine. */
    private static String renderedInTime(String text, Note.Format format) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        String html = MarkdownRenderer.render(text, format);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofSeconds(10));
        return html;
    }

    @Test
    void a_null_character_and_other_controls_do_not_reach_the_page() {
        assertThat(MarkdownRenderer.render("a\u0000b\u0001c\u0007d\u000Be\u007Ff\uFFFEg", Note.Format.HTML))
                .isEqualTo("abcdefg");
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.of(
                        "<",
                        ">",
                        "\"",
                        "'",
                        "&",
                        "<b",
                        "<script",
                        "</",
                        "/>",
                        "<p>",
                        "<ul>",
                        "<li>",
                        "<table>",
                        "<td>",
                        "<a href=",
                        "javascript:",
                        "onerror=",
                        "alert(1)",
                        "<!--",
                        "-->",
                        "<![CDATA[",
                        "]]>",
                        "[x](",
                        ")",
                        "`",
                        "```\n",
                        "*",
                        "\n",
                        "\n\n",
                        "> ",
                        "- ",
                        "    ",
                        "# ",
                        "![",
                        "](",
                        "&lt;",
                        "&#x",
                        "\u0002",
                        "\u0003",
                        "é",
                        "😀",
                        "text",
                        "https://example.org/",
                        "<svg",
                        "<math>",
                        "<style>",
                        "<textarea>",
                        "<plaintext>",
                        "<select>",
                        "<template>",
                        "<div>",
                        "<section class=footnotes>",
                        "<h2>",
                        "<li>",
                        "<dd>",
                        "<input type=checkbox>",
                        "- [x] ",
                        "|a|\n|:-:|\n",
                        "[^1]",
                        "[^1]: ",
                        "~~",
                        "www.example.org/a_b",
                        "a@example.org",
                        "<i>",
                        "<figcaption>",
                        "<tr>")
                .list()
                .ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('À', 'ɏ')
                .withCharRange('一', '丿')
                .withChars('\n', '\t')
                .ofMaxLength(200);
    }

    private static void assertSafe(String html) {
        Document document = Jsoup.parseBodyFragment(html);
        document.outputSettings().prettyPrint(false);
        for (Element element : document.body().select("*")) {
            assertThat(FORBIDDEN).doesNotContain(element.normalName());
            if (element.normalName().equals("input")) {
                assertThat(element.attr("type")).isEqualTo("checkbox");
                assertThat(element.hasAttr("disabled")).isTrue();
            }
            for (Attribute attribute : element.attributes()) {
                assertThat(attribute.getKey()).isIn(ATTRIBUTES);
                assertMadeByUs(attribute.getKey(), attribute.getValue());
                assertHarmless(attribute.getValue().strip().toLowerCase(Locale.ROOT), attribute.getKey());
            }
        }
        String page = "<main><div>" + html + "</div></main><footer></footer>";
        assertThat(Parser.parse(page, "").select("body > main > div").size())
                .as("stays in its place: %s", html)
                .isOne();
        assertThat(Parser.parse(page, "").select("body > footer").size()).isOne();
    }

    /** Asserts that classes and ids are those of footnotes and cells, and that numbers are numbers. */
    private static void assertMadeByUs(String attribute, String value) {
        switch (attribute) {
            case "class" ->
                assertThat(value)
                        .isIn(
                                "footnotes",
                                "footnote-ref",
                                "footnote-backref",
                                "align-left",
                                "align-center",
                                "align-right");
            case "id" -> assertThat(value).matches("fn(ref)?-\\S+");
            case "start", "value", "colspan", "rowspan" -> assertThat(value).matches("-?[0-9]{1,9}");
            case "aria-label" -> assertThat(value).matches("Back to reference [0-9-]+|(Completed|Incomplete) task");
            default -> assertThat(attribute).isIn(ATTRIBUTES);
        }
    }

    private static void assertHarmless(String value, String attribute) {
        if (attribute.equals("href") || attribute.equals("src")) {
            assertThat(value.replaceAll("[\\s\\p{Cntrl}]", ""))
                    .doesNotStartWith("javascript:")
                    .doesNotStartWith("data:")
                    .doesNotStartWith("vbscript:");
        }
    }
}
