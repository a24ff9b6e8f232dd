package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Any search text, over notes with any text, returns a page without an error and without markup of the text. */
class SearchPropertyTest {

    private static final TestSite SITE = SiteOwner.site();

    @BeforeContainer
    static void start() {
        SITE.publish("Needle & `<script>alert(1)</script>` and **bold** \"quoted\" words", "C#, <b>");
        SITE.publish("a \\<mark> b \\<img src=x onerror=alert(1)> NEAR AND OR NOT * - ^ : ( )", "");
        SITE.publish("`\u0002<script>\u0003` control \u0002 marks \u0003 & &amp;lt;script&amp;gt;", "");
        SITE.publish("Привет 日本語 שלום e\u0301 👩‍👩‍👧 ﷺ ß İ", "עברית");
        SITE.publish("%_ [x](y) ' '' \" \"\" \\\\ ; -- /* */", "");
    }

    @AfterContainer
    static void stop() {
        SITE.close();
    }

    private static Document search(String query) {
        HttpResponse<String> answer =
                SITE.get("/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8), "Accept", "text/html");
        int length = query.replaceAll("[\\p{Cntrl}\\s]+", " ").strip().length();
        assertThat(answer.statusCode()).as(query).isEqualTo(length > 200 ? 400 : 200);
        return Jsoup.parse(answer.body());
    }

    private static void assertHarmless(String query) {
        Document page = search(query);
        page.select(".byline .p-author img").remove(); // the author's picture, which no query can change
        assertThat(page.select("script, img, b, i, svg, style, iframe"))
                .as(query)
                .isEmpty();
        assertThat(page.select(".hits p[dir] > *").not("mark")).as(query).isEmpty();
        page.getAllElements()
                .forEach(element -> assertThat(element.attributes().asList())
                        .as(query)
                        .noneMatch(attribute -> attribute.getKey().startsWith("on")));
    }

    @Property(tries = 150)
    void any_string_is_answered(@ForAll String query) {
        assertHarmless(query);
    }

    @Property(tries = 250)
    void what_looks_like_syntax_or_markup_is_answered(@ForAll("fragments") String query) {
        assertHarmless(query);
    }

    @Property(tries = 60)
    void a_word_that_stands_in_a_note_finds_it_whatever_stands_around(@ForAll("fragments") String around) {
        String query = "needle " + around.replaceAll("[^\\p{Punct} ]|-", "");
        assertThat(search(query.length() > 200 ? "needle" : query).select("h1").text())
                .isEqualTo("Search");
        assertThat(search("needle").select(".hits mark").text()).isEqualTo("Needle");
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.of(
                        "needle",
                        "need",
                        "script",
                        "<script>",
                        "</script>",
                        "<img src=x onerror=alert(1)>",
                        "alert(1)",
                        "\"",
                        "'",
                        "*",
                        "(",
                        ")",
                        " AND ",
                        " OR ",
                        " NOT ",
                        "NEAR(",
                        "^",
                        ":",
                        "title:",
                        "{",
                        "}",
                        "-",
                        "+",
                        " ",
                        "%",
                        "_",
                        "\\",
                        ";",
                        "--",
                        "\u0000",
                        "\u0001",
                        "\u0002",
                        "\u0003",
                        "\uFFFF",
                        "\uD83D",
                        "é",
                        "日本",
                        "שלום",
                        "&lt;",
                        "&amp;",
                        "mark",
                        "<mark>",
                        "C#",
                        "😀")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }
}
