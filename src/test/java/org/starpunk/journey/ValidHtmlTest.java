package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import nu.validator.messages.MessageEmitterAdapter;
import nu.validator.messages.TextMessageEmitter;
import nu.validator.servlet.imagereview.ImageCollector;
import nu.validator.source.SourceCode;
import nu.validator.validation.SimpleDocumentValidator;
import nu.validator.xml.SystemErrErrorHandler;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;
import org.xml.sax.InputSource;

/** Public pages pass the Nu HTML checker (validator.nu), with every element that a note can have. */
class ValidHtmlTest {

    private static final String SIZED = "/media/" + "k".repeat(43) + "-1600x1000.jpg";

    private static final String EVERYTHING = """
        # A heading

        Text with *emphasis*, `code`, a [link](https://example.org/?a=1&b=2 "title") and https://example.org/.

        > A quotation

        1. one
        2. two
           - nested

        ```
        int a = 1 < 2;
        ```

        ![A picture](/media/a.png "with a title")

        ![A sized picture](%s)

        ---

        <table><tr><td>cell</td></tr></table><div class="x" align="center">div <p>p</p></div><center>old</center>

        | Plant | Height |
        |:-----:|-------:|
        | ~~Tulip~~[^1] | 40 cm[^1] |
        | Rose |

        - [x] done
        - [ ] open

          with a paragraph

        [^1]: A flower, see https://example.org/__a__b.

        <b>x<h2>in bold</h2><ul><li>a</li><ul><li>b</li></ul>c</ul></b><li>alone</li><dd>alone</dd><dt>alone</dt>
        <dl><div><dt>a</dt><dd>b</dd></div></dl><h3>a<p>b</p></h3><pre>a<div>b</div></pre><a href="a b"><div>c<a>d</a></div></a>
        <figcaption>alone</figcaption><table><tr></tr><tr><td colspan="1000" align="left">x</td></tr></table><input type="text">
        <section>one</section><section>two</section><ol start="x" reversed><li value="y">z</li></ol><span><p>in span</p></span>

        <p>open <b>bold <i>both</b> italic</i> <script>alert(1)</script><img src="/a.png"><h1>late
        """.formatted(SIZED);

    @Test
    void every_page_is_valid_html() throws Exception {
        try (TestSite site = SiteOwner.site()) {
            String note = publish(site);
            String untitled = site.publish("No title, but | a | lot\n\n" + "Words of a long note. ".repeat(300), "t")
                    .path();
            Note gone = site.publish("Soon gone", "t");
            SiteOwner.delete(site, gone);
            for (int i = 0; i < 25; i++) {
                site.publish("Note " + i, "t");
            }
            List<String> paths = List.of(
                    "/",
                    note,
                    untitled,
                    gone.path(),
                    "/tags",
                    "/tags/t",
                    "/tags/c%23",
                    "/archive",
                    "/archive/2026/11",
                    "/search",
                    "/feed",
                    "/search?q=note",
                    "/search?q=everything",
                    "/search?q=%3Cnothing%3E%22",
                    "/no-such-page");
            for (String path : paths) {
                assertThat(errors(site.get(path, "Accept", "text/html").body()))
                        .as(path)
                        .isEmpty();
            }
        }
    }

    @Test
    void a_page_that_is_not_valid_is_found_out() throws Exception {
        assertThat(errors("<!doctype html><html lang=en><title>x</title><p><div></p><img src=a>"))
                .isNotEmpty();
    }

    private static String publish(TestSite site) {
        Note.Content content = new Note.Content(
                "Everything <in> one & \"more\"",
                EVERYTHING,
                Note.Format.MARKDOWN,
                TagNameRules.parse("C#, Café"),
                List.of(new Photo(SIZED, "A \"cat\" & <dog>"), new Photo("https://example.org/x.png", "")),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                "https://example.org/reply?a=1&b=2",
                null,
                "https://example.org/ä");
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)))
                .path();
    }

    /** Returns the errors that the checker reports for a page. */
    static String errors(String html) throws Exception {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        SourceCode source = new SourceCode();
        MessageEmitterAdapter errors = new MessageEmitterAdapter(
                null, source, false, new ImageCollector(source), 0, true, new TextMessageEmitter(messages, false));
        errors.setErrorsOnly(true);
        SimpleDocumentValidator validator = new SimpleDocumentValidator();
        validator.setUpMainSchema("http://s.validator.nu/html5-rdfalite.rnc", new SystemErrErrorHandler());
        validator.setUpValidatorAndParsers(errors, true, false);
        errors.start(null);
        validator.checkHtmlInputSource(
                new InputSource(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8))));
        errors.end("done", "failed", "en");
        return messages.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("Error") || line.contains("rror:"))
                .toList()
                .toString()
                .replace("[]", "");
    }
}
