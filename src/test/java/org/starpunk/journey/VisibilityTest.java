package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.TagNameRules;

/** Visibility of drafts, private and unlisted notes. Nothing of the author's view is cached for others. */
class VisibilityTest {

    private static final List<String> LISTS =
            List.of("/", "/tags", "/tags/t", "/archive", "/search?q=hush", "/feed.rss", "/feed.atom?all=true");

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private static Note.Content content(Note.Status status, Note.Visibility visibility) {
        return new Note.Content(
                null,
                "Hush, hush",
                Note.Format.MARKDOWN,
                TagNameRules.parse("t"),
                List.of(),
                status,
                visibility,
                null,
                null,
                null);
    }

    private Note write(Note.Status status, Note.Visibility visibility) {
        return TestSite.await(site.deployment().notes().create(new NewNote(content(status, visibility), null, null)));
    }

    private void assertListedNowhere() {
        for (String path : LISTS) {
            assertThat(site.get(path).body()).as(path).doesNotContain("Hush,", "hush-hush");
        }
    }

    @Test
    void a_private_note_is_the_authors_only_and_never_kept_for_others() {
        Note note = write(Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        HttpResponse<String> authors = site.get(note.path());
        assertThat(authors.statusCode()).isEqualTo(200);
        assertThat(authors.body()).contains("Hush, hush", "Private");
        assertThat(authors.headers().firstValue("cache-control")).contains("private, no-store");
        assertListedNowhere();
        site.forgetCookies();
        assertThat(site.get(note.path()).statusCode()).isEqualTo(404);
        assertListedNowhere();
        SiteOwner.delete(site, note);
        assertThat(site.get(note.path()).statusCode())
                .as("nobody learns that there was one")
                .isEqualTo(404);
    }

    @Test
    void an_unlisted_note_opens_by_its_address_and_stands_in_no_list() {
        Note note = write(Note.Status.PUBLISHED, Note.Visibility.UNLISTED);
        site.forgetCookies();
        HttpResponse<String> page = site.get(note.path());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Hush, hush", "name=\"robots\" content=\"noindex\"");
        assertListedNowhere();
    }

    @Test
    void no_tag_of_a_note_links_to_a_page_that_does_not_exist() {
        List<Note> notes = List.of(
                write(Note.Status.PUBLISHED, Note.Visibility.PUBLIC),
                write(Note.Status.PUBLISHED, Note.Visibility.UNLISTED),
                write(Note.Status.PUBLISHED, Note.Visibility.PRIVATE),
                write(Note.Status.DRAFT, Note.Visibility.PUBLIC));
        SiteOwner.delete(site, notes.get(0));
        for (Note note : notes.subList(1, 4)) {
            String preview = note.previewToken() == null ? "" : "?preview=" + note.previewToken();
            Document page = Jsoup.parse(site.get(note.path() + preview).body());
            assertThat(page.select(".p-category").eachText()).as(note.path()).containsExactly("t");
            for (String link : page.select("main a[href^=/]").eachAttr("href")) {
                assertThat(site.get(link).statusCode()).as(link).isEqualTo(200);
            }
        }
        Note open = write(Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        assertThat(Jsoup.parse(site.get(open.path()).body())
                        .select("a.p-category[rel=tag]")
                        .eachAttr("href"))
                .containsExactly("/tags/t");
        assertThat(site.get("/tags/t").statusCode()).isEqualTo(200);
    }

    @Test
    void a_draft_opens_for_the_author_or_with_its_token_until_it_is_published() {
        Note draft = write(Note.Status.DRAFT, Note.Visibility.PUBLIC);
        assertThat(site.get(draft.path()).body()).contains("Hush, hush", "Draft");
        site.forgetCookies();
        assertListedNowhere();
        assertThat(site.get(draft.path()).statusCode()).isEqualTo(404);
        assertThat(site.get(draft.path() + "?preview=wrong").statusCode()).isEqualTo(404);
        HttpResponse<String> preview = site.get(draft.path() + "?preview=" + draft.previewToken());
        assertThat(preview.statusCode()).isEqualTo(200);
        assertThat(preview.headers().firstValue("cache-control")).contains("private, no-store");
        assertThat(site.get(draft.path()).statusCode())
                .as("the preview was not kept")
                .isEqualTo(404);

        Note.Content published = content(Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        SiteOwner.change(site, draft, new NoteUpdate(published, null, null, null));
        assertThat(site.get(draft.path()).statusCode()).isEqualTo(200);
        assertThat(site.get("/").body()).contains("Hush, hush");
    }

    @Test
    void a_note_that_is_made_private_disappears_at_once() {
        Note note = write(Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        site.forgetCookies();
        assertThat(site.get(note.path()).statusCode()).isEqualTo(200);
        assertThat(site.get("/").body()).contains("Hush, hush");
        Note.Content hidden = content(Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        SiteOwner.change(site, note, new NoteUpdate(hidden, null, null, null));
        assertThat(site.get(note.path()).statusCode()).isEqualTo(404);
        assertListedNowhere();
    }

    @Test
    void a_public_page_is_the_same_for_the_author_and_for_everyone() {
        Note note = write(Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        String authors = site.get(note.path()).headers().firstValue("etag").orElseThrow();
        site.forgetCookies();
        assertThat(site.get(note.path()).headers().firstValue("etag")).contains(authors);
    }
}
