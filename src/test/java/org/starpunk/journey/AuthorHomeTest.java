package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.SqliteOnly;

/** The author's home page, the search, actions on several notes, and the jobs. */
class AuthorHomeTest {

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Document page(String path) {
        HttpResponse<String> answer = site.get(path, "Accept", "text/html");
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return Jsoup.parse(answer.body(), site.uri().toString());
    }

    private static void write(String text, String status, String visibility) {
        HttpResponse<String> written = site.submit(
                "/admin/notes/new",
                "/admin/notes",
                "text",
                text,
                "status",
                status,
                "visibility",
                visibility,
                "tags",
                "desk");
        assertThat(written.statusCode()).isEqualTo(303);
    }

    private static List<String> linesOf(Document page, String heading) {
        return page.select("section[aria-labelledby=" + heading + "] li > a").eachText();
    }

    private static List<String> found(String words) {
        return page("/admin/notes?q=" + words.replace(" ", "+"))
                .select("tbody td:nth-child(2) > a")
                .eachText();
    }

    private static String idOf(String words) {
        Element box = page("/admin/notes?q=" + words).expectFirst("tbody input[name=id]");
        return box.val();
    }

    @Test
    void drafts_and_latest_notes_stand_apart_however_many_there_are() {
        for (int i = 0; i < 12; i++) {
            write("Unfinished thought " + i, "draft", "public");
        }
        for (int i = 0; i < 11; i++) {
            write("Finished thought " + i, "published", i == 10 ? "private" : "public");
        }
        Document home = page("/admin");
        assertThat(home.select(".lead").text()).contains("You have 12 drafts.");
        assertThat(linesOf(home, "latest")).hasSize(10).allMatch(line -> line.startsWith("Finished thought"));
        assertThat(linesOf(home, "latest").get(0)).isEqualTo("Finished thought 10");
        assertThat(linesOf(home, "drafts")).hasSize(10).allMatch(line -> line.startsWith("Unfinished thought"));
        assertThat(home.text()).contains("More drafts are in all notes");
    }

    @Test
    void the_author_finds_notes_in_every_state_by_text_tag_and_address() {
        write("A quokka in public", "published", "public");
        write("A quokka in private, Ünder the bed", "published", "private");
        write("A quokka that is not finished", "draft", "public");
        write("A quokka to be deleted", "published", "unlisted");
        site.submit("/admin", "/admin/notes/delete", "id", idOf("quokka+deleted"));
        assertThat(found("quokka")).hasSize(4);
        assertThat(found("QUOKKA finished")).containsExactly("A quokka that is not finished");
        assertThat(found("ünder")).containsExactly("A quokka in private, Ünder the bed");
        assertThat(found("a-quokka-in-public")).containsExactly("A quokka in public");
        assertThat(found("quokka desk")).hasSize(4);
        assertThat(found("100%25")).isEmpty();
    }

    @Test
    void chosen_notes_are_published_made_drafts_deleted_and_brought_back() {
        write("First wombat", "draft", "public");
        write("Second wombat", "draft", "public");
        String first = idOf("first+wombat");
        String second = idOf("second+wombat");
        assertThat(act("publish", first, second)).isEqualTo("The chosen notes are published.");
        assertThat(site.get("/notes/first-wombat").statusCode()).isEqualTo(200);
        assertThat(site.get("/notes/second-wombat").body()).contains("Second wombat");
        assertThat(act("unpublish", second)).isEqualTo("The chosen notes are drafts now.");
        assertThat(page("/admin/notes?q=second+wombat").select(".badge").eachText())
                .containsExactly("draft");
        assertThat(act("delete", first, second)).startsWith("2 notes were deleted.");
        assertThat(site.get("/notes/first-wombat").statusCode()).isEqualTo(410);
        assertThat(act("undelete", first, second)).isEqualTo("The chosen notes are back.");
        assertThat(site.get("/notes/first-wombat").statusCode()).isEqualTo(200);
    }

    /** Selects notes in the list, clicks a button, and returns the text of the page. */
    private static String act(String action, String... ids) {
        String[] fields = Stream.concat(Stream.of("list", "1"), Stream.of(ids).flatMap(id -> Stream.of("id", id)))
                .toArray(String[]::new);
        HttpResponse<String> done = site.submit("/admin/notes", "/admin/notes/" + action, fields);
        assertThat(done.statusCode()).isEqualTo(303);
        return page(done.headers().firstValue("Location").orElseThrow())
                .select("[role=status]")
                .text();
    }

    @Test
    @SqliteOnly("a PostgreSQL is copied by its own tools")
    void a_backup_and_a_new_index_are_made_at_a_press_and_their_end_is_told() throws Exception {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> !page("/admin/jobs")
                        .select("form[action=/admin/jobs/backup]")
                        .isEmpty());
        long before = jobs("backup");
        HttpResponse<String> pressed = site.submit("/admin/jobs", "/admin/jobs/backup");
        assertThat(page(pressed.headers().firstValue("Location").orElseThrow())
                        .select("meta[http-equiv=refresh]")
                        .attr("content"))
                .isEqualTo("2;url=/admin/jobs");
        site.submit("/admin/jobs", "/admin/jobs/reindex");
        await().atMost(Duration.ofMinutes(2)).until(() -> jobs("backup") > before && jobs("reindex") == 1);
        assertThat(page("/admin/jobs").text())
                .contains("notes are in the search index.")
                .contains("The last backup is from just now.");
        assertThat(page("/admin").select("section[aria-labelledby=jobs]").text())
                .contains("The last backup is from just now.")
                .contains("reindex done");
        try (Stream<java.nio.file.Path> files = Files.walk(site.dataDir())) {
            assertThat(files.map(String::valueOf)).anyMatch(file -> file.endsWith(".zip"));
        }
    }

    private static long jobs(String name) {
        return page("/admin/jobs").select("li:has(.badge.ok) > strong").eachText().stream()
                .filter(name::equals)
                .count();
    }
}
