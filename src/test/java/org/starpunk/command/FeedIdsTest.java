package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** Ids of notes in feeds after a site is moved, exported or imported. */
@SqliteOnly("the sites that it moves between are files")
class FeedIdsTest {

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    /**
     * Returns the ids of a feed's entries by the last segment of their address. The ids are the same in every format.
     */
    private static Map<String, String> ids(TestSite site) {
        Map<String, String> atom =
                Jsoup.parse(site.get("/feed.atom").body(), "", Parser.xmlParser()).select("entry").stream()
                        .collect(Collectors.toMap(
                                entry -> slug(entry.expectFirst("link").attr("href")),
                                entry -> entry.expectFirst("id").text()));
        Map<String, String> rss =
                Jsoup.parse(site.get("/feed.rss").body(), "", Parser.xmlParser()).select("item").stream()
                        .collect(Collectors.toMap(
                                item -> slug(item.expectFirst("link").text()),
                                item -> item.expectFirst("guid").text()));
        Map<String, String> json = new JsonObject(site.get("/feed.json").body())
                .getJsonArray("items").stream()
                        .map(JsonObject.class::cast)
                        .collect(Collectors.toMap(item -> slug(item.getString("url")), item -> item.getString("id")));
        assertThat(rss).isEqualTo(atom);
        assertThat(json).isEqualTo(atom);
        return atom;
    }

    private static String slug(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private ProgramResult into(TestSite target, String... arguments) throws IOException, InterruptedException {
        return new Program(folder)
                .run(Stream.concat(
                                Stream.of("import"),
                                Stream.concat(
                                        Stream.of(arguments),
                                        Stream.of("--data-dir", target.dataDir().toString())))
                        .toArray(String[]::new));
    }

    private void export(String name) throws Exception {
        ProgramResult unused = Program.on(site.dataDir(), folder).ok("export", name);
    }

    private static void awaitNotes(TestSite site, int count) {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(ids(site)).hasSize(count));
    }

    @Test
    void ids_stay_when_the_address_of_the_site_changes() {
        site.publish("First words", "garden");
        site.publish("Second words", "");
        Map<String, String> before = ids(site);
        List<String> feeds = Stream.of("/feed.atom", "/tags/garden/feed.atom")
                .map(this::idOf)
                .toList();
        Account account = site.deployment().account();
        Profile old = account.profile();
        TestSite.await(account.changeProfile(new Profile(
                old.siteName(), "https://moved.example", "Ada Author", old.bio(), old.photo(), old.language())));
        assertThat(site.get("/feed.atom").body()).contains("https://moved.example/notes/");
        assertThat(ids(site)).isEqualTo(before).hasSize(2);
        assertThat(Stream.of("/feed.atom", "/tags/garden/feed.atom").map(this::idOf))
                .isEqualTo(feeds);
        assertThat(feeds).doesNotHaveDuplicates();
        assertThat(before.values()).allSatisfy(id -> assertThat(id).matches("urn:uuid:[0-9a-f-]{36}"));
    }

    @Test
    void an_import_keeps_ids_and_never_gives_them_to_other_notes() throws Exception {
        site.publish("First words", "");
        Note gone = site.publish("Deleted words", "");
        site.publish("Third words", "");
        TestSite.await(site.deployment().notes().delete(gone.id()));
        Map<String, String> before = ids(site);
        export("out");
        try (TestSite other = TestSite.start().setUp()) {
            other.publish("A note of the other site", "");
            Map<String, String> own = ids(other);
            assertThat(own.values()).doesNotContainAnyElementsOf(before.values());
            into(other, "out");
            awaitNotes(other, 3);
            assertThat(ids(other)).containsAllEntriesOf(before).containsAllEntriesOf(own);

            ProgramResult again = into(other, "out");
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(again.out()).contains("Imported: 0 notes").doesNotContain("id in feeds");
            assertThat(ids(other)).hasSize(3);
        }
    }

    @Test
    void a_different_note_with_an_id_that_is_taken_gets_a_new_one_and_the_report_says_so() throws Exception {
        Note note = site.publish("First words", "");
        export("out");
        Path file = onlyNote();
        String exported = Files.readString(file);
        String foreign = exported.replace("slug: first-words", "slug: foreign-words")
                .replaceAll("published: '[^']*'", "published: '2019-01-02T03:04:05Z'")
                .replace("First words", "Foreign words");
        Files.writeString(file, foreign);
        ProgramResult dry = into(site, "out", "--dry-run");
        assertThat(dry.out()).contains("it has a new id in feeds, because a different note has its own");
        ProgramResult ended = into(site, "out");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("Imported: 1 notes", "it has a new id in feeds, because a different note has its own");
        awaitNotes(site, 2);
        assertThat(ids(site)).containsEntry("first-words", note.uid());
        assertThat(ids(site).get("foreign-words"))
                .matches("urn:uuid:[0-9a-f-]{36}")
                .isNotEqualTo(note.uid());
        assertThat(into(site, "out").out()).as("a second time").contains("Imported: 0 notes");
    }

    @Test
    void a_file_that_was_copied_within_an_export_does_not_share_its_id() throws Exception {
        site.publish("First words", "");
        export("out");
        Path file = onlyNote();
        String exported = Files.readString(file);
        Files.writeString(
                file.resolveSibling("copied.md"),
                exported.replace("slug: first-words", "slug: copied").replace("First words", "Copied words"));
        Files.writeString(file.resolveSibling("twin.md"), exported);
        Files.writeString(
                file.resolveSibling("spaces.md"),
                exported.replaceAll("id: .*", "id: 'no uri'").replace("slug: first-words", "slug: no-uri"));
        try (TestSite other = TestSite.start().setUp()) {
            ProgramResult dry = into(other, "out", "--dry-run");
            ProgramResult ended = into(other, "out");
            assertThat(List.of(dry.exitCode(), ended.exitCode())).containsOnly(1);
            assertThat(dry.out()).contains("To be imported: 2 notes");
            assertThat(ended.out()).contains("Imported: 2 notes");
            for (ProgramResult run : List.of(dry, ended)) {
                assertThat(run.out())
                        .contains("it has a new id in feeds, because notes/")
                        .contains("it is the same note as notes/", "its id is not a URI");
            }
            awaitNotes(other, 2);
            assertThat(ids(other).values())
                    .doesNotHaveDuplicates()
                    .containsAll(ids(site).values());
        }
    }

    @Test
    void a_note_that_is_there_keeps_its_id_and_the_report_says_so() throws Exception {
        Note note = site.publish("First words", "");
        export("out");
        Path file = onlyNote();
        Files.writeString(file, Files.readString(file).replace(note.uid(), "tag:old.example,2026:note:7"));
        ProgramResult ended = into(site, "out");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("Imported: 0 notes", "the existing note has another id in feeds, which does not change");
        assertThat(ids(site)).containsEntry("first-words", note.uid());
    }

    private Path onlyNote() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("out/notes"))) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    private String idOf(String feed) {
        return Jsoup.parse(site.get(feed).body(), "", Parser.xmlParser())
                .expectFirst("feed > id")
                .text();
    }
}
