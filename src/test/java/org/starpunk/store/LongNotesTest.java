package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.journey.TestSite;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** Lists of long notes: the size of a page in bytes is limited, and the pages contain all notes. */
class LongNotesTest {

    private static final int NOTES = 30;

    private static TestSite site;

    @BeforeAll
    static void publish() {
        site = TestSite.start().setUp();
        for (int i = 0; i < NOTES; i++) {
            publish(i);
        }
    }

    /**
     * Publishes, in turn, a short note, one with characters of four bytes, and one with pictures that have long
     * addresses.
     */
    private static void publish(int number) {
        String text = switch (number % 3) {
            case 0 -> "Short " + number;
            case 1 -> "Long " + number + " " + "\uD83D\uDE80 paragraph\n\n".repeat(9_000);
            default -> "Pictures " + number;
        };
        List<Photo> photos = number % 3 == 2
                ? IntStream.range(0, 50)
                        .mapToObj(i -> new Photo("https://example.org/" + "p".repeat(2_000) + i, "a".repeat(2_000)))
                        .toList()
                : List.of();
        Note.Content content = new Note.Content(
                null,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse("long"),
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        Note unused = TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
    }

    @AfterAll
    static void close() {
        site.close();
    }

    private static long bytes(Note note) {
        long photos = note.content().photos().stream()
                .mapToLong(photo -> photo.url().length() + photo.alt().length())
                .sum();
        return photos + octets(note.html()) + octets(note.content().text());
    }

    private static long octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static List<NoteSlice> walk(NoteQuery query) {
        List<NoteSlice> pages = new ArrayList<>();
        @Nullable Cursor after = null;
        do {
            NoteQuery next = new NoteQuery(
                    query.tag(), query.month(), after, query.limit(), query.everything(), query.beginnings());
            NoteSlice page = TestSite.await(site.deployment().notes().list(next));
            pages.add(page);
            after = page.next();
        } while (after != null);
        return pages;
    }

    private static void assertBounded(List<NoteSlice> pages) {
        assertThat(pages).allSatisfy(page -> {
            assertThat(page.notes()).isNotEmpty();
            long bytes = page.notes().stream().mapToLong(LongNotesTest::bytes).sum();
            assertThat(page.notes().size() == 1 || bytes <= NoteSlice.MAX_BYTES)
                    .as("%s notes of %s bytes", page.notes().size(), bytes)
                    .isTrue();
        });
        List<Long> ids = pages.stream()
                .flatMap(page -> page.notes().stream())
                .map(Note::id)
                .toList();
        assertThat(ids).hasSize(NOTES).doesNotHaveDuplicates();
    }

    @Test
    void a_page_of_whole_notes_ends_where_it_would_become_too_large() {
        for (String tag : new String[] {null, "long"}) {
            for (int limit : new int[] {10, 50, 100, 200}) {
                for (boolean everything : new boolean[] {true, false}) {
                    List<NoteSlice> pages = walk(new NoteQuery(tag, null, null, limit, everything));
                    assertBounded(pages);
                    assertThat(pages.stream().flatMap(page -> page.notes().stream()))
                            .filteredOn(note -> note.content().text().startsWith("Long"))
                            .hasSize(NOTES / 3)
                            .allMatch(note -> note.content().text().length() > 90_000);
                }
            }
        }
    }

    @Test
    void a_list_of_beginnings_holds_as_many_notes_as_were_asked_for() {
        List<NoteSlice> pages = walk(new NoteQuery(null, null, null, 20, false).withBeginningsOnly());
        assertBounded(pages);
        assertThat(pages.stream().flatMap(page -> page.notes().stream()))
                .filteredOn(note -> note.html().startsWith("<p>Long"))
                .hasSize(NOTES / 3)
                .allMatch(note ->
                        note.html().length() <= 12_000 && note.content().text().isEmpty());
        // A list never caches an incomplete note.
        assertThat(walk(new NoteQuery(null, null, null, 50, false)).stream().flatMap(page -> page.notes().stream()))
                .filteredOn(note -> note.html().startsWith("<p>Long"))
                .isNotEmpty()
                .allMatch(note -> note.content().text().startsWith("Long"));
    }

    @Test
    void an_export_reads_a_few_long_notes_at_a_time() {
        ArchiveStore archive = new ArchiveStore(
                site.deployment().vertx(), new StoreClient(site.deployment().vertx()));
        List<Long> ids = new ArrayList<>();
        for (List<ArchivedNote.Numbered> step = TestSite.await(archive.listAfter(0, 200));
                !step.isEmpty();
                step = TestSite.await(archive.listAfter(ids.get(ids.size() - 1), 200))) {
            assertThat(step).hasSizeLessThan(NOTES);
            step.forEach(note -> ids.add(note.id()));
        }
        assertThat(ids).hasSize(NOTES).isSorted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/tags/long",
                "/feed.rss",
                "/feed.atom",
                "/feed.json",
                "/tags/long/feed.rss",
                "/tags/long/feed.atom",
                "/tags/long/feed.json",
                "/search?q=long"
            })
    void pages_and_feeds_are_bounded_whatever_the_notes_are(String path) {
        var answer = site.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().length()).isBetween(1_000, 2_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.rss?all=true", "/feed.atom?all=true", "/feed.json?all=true"})
    void the_feed_of_all_notes_has_every_one(String path) {
        String feed = site.get(path).body();
        for (int i = 0; i < NOTES; i++) {
            String begins = List.of("Short ", "Long ", "Pictures ").get(i % 3) + i;
            assertThat(feed).containsPattern(">?" + begins + "[^0-9]");
        }
    }
}
