package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.rometools.rome.io.SyndFeedInput;
import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import com.thaiopensource.validate.rng.CompactSchemaReader;
import com.thaiopensource.xml.sax.ErrorHandlerImpl;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URL;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;
import org.xml.sax.InputSource;

/** Feeds are valid according to RFC 4287's grammar (jing), a JSON Feed schema, and ROME. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ValidFeedsTest {

    private static final String SLUG = "t";

    private final TestSite site = SiteOwner.site();

    @BeforeAll
    void write() {
        write(
                "A <title> & more",
                "Text, `<b>`, ]]> and [a link](/x?a=1&b=2) \u0001\u000B\uFFFE",
                Note.Format.MARKDOWN,
                null);
        write(null, "😀 שלום\n\n![](/media/cat.png)", Note.Format.MARKDOWN, "https://example.org/a?b=1&c=d");
        write(null, "<p>From a client</p><script>alert(1)</script>", Note.Format.HTML, null);
        write(" ", "plain\ttext\r\nwith lines", Note.Format.TEXT, "https://example.org/ä");
        write("Only a title", "", Note.Format.MARKDOWN, null);
        write(null, "", Note.Format.MARKDOWN, "https://example.org/liked");
    }

    @AfterAll
    void close() {
        site.close();
    }

    private void write(@Nullable String title, String text, Note.Format format, @Nullable String reply) {
        Note.Content content = new Note.Content(
                title,
                text,
                format,
                TagNameRules.parse(SLUG + ", C#, Café & <more>"),
                List.of(new Photo("/media/cat.jpg", "A \"cat\""), new Photo("https://example.org/dog", "")),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                reply,
                null,
                null);
        TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
    }

    private static String grammarErrors(String atom) throws Exception {
        StringWriter messages = new StringWriter();
        PropertyMapBuilder properties = new PropertyMapBuilder();
        properties.put(ValidateProperty.ERROR_HANDLER, new ErrorHandlerImpl(messages));
        ValidationDriver jing = new ValidationDriver(properties.toPropertyMap(), CompactSchemaReader.getInstance());
        URL grammar = ValidFeedsTest.class.getResource("/feed/atom.rnc");
        assertThat(jing.loadSchema(new InputSource(String.valueOf(grammar))))
                .as(messages.toString())
                .isTrue();
        boolean valid = jing.validate(new InputSource(new StringReader(atom)));
        return valid ? "" : messages.toString();
    }

    private static List<String> schemaErrors(String json) throws Exception {
        try (InputStream in = ValidFeedsTest.class.getResourceAsStream("/feed/jsonfeed-1.1.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(in);
            return schema.validate(json, InputFormat.JSON).stream()
                    .map(ValidationMessage::getMessage)
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.atom", "/feed.atom?all=true", "/tags/t/feed.atom", "/tags/c%23/feed.atom"})
    void fd2_atom_keeps_to_the_grammar_of_rfc_4287(String path) throws Exception {
        String feed = site.get(path).body();
        assertThat(feed).contains("<entry>");
        assertThat(grammarErrors(feed)).isEmpty();
        new SyndFeedInput().build(new StringReader(feed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.json", "/feed.json?all=true", "/tags/t/feed.json"})
    void fd3_json_feed_keeps_to_its_schema(String path) throws Exception {
        String feed = site.get(path).body();
        assertThat(feed).contains("\"id\"");
        assertThat(schemaErrors(feed)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.rss", "/feed.rss?all=true", "/tags/t/feed.rss"})
    void fd1_rome_reads_every_rss_feed(String path) throws Exception {
        assertThat(new SyndFeedInput()
                        .build(new StringReader(site.get(path).body()))
                        .getEntries())
                .hasSize(6);
    }

    @Test
    void a_site_without_notes_has_valid_feeds_too() throws Exception {
        try (TestSite empty = TestSite.start()) {
            assertThat(grammarErrors(empty.get("/feed.atom").body())).isEmpty();
            assertThat(schemaErrors(empty.get("/feed.json").body())).isEmpty();
        }
    }

    @Test
    void what_breaks_the_rules_is_found_out() throws Exception {
        String atom = site.get("/feed.atom").body();
        assertThat(grammarErrors(atom.replaceFirst("<id>[^<]*</id>", ""))).contains("missing required child element");
        assertThat(grammarErrors(atom.replaceFirst("<updated>", "<updated>x"))).isNotEmpty();
        String json = site.get("/feed.json").body();
        assertThat(schemaErrors(json.replace("version/1.1", "version/1"))).isNotEmpty();
        assertThat(schemaErrors(json.replace("\"content_html\"", "\"content\"")))
                .isNotEmpty();
    }
}
