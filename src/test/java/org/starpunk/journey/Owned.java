package org.starpunk.journey;

import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.NoteChange;

/** Sites with an author, and what the author does past the admin pages. */
final class Owned {

    private Owned() {}

    /** A started site that belongs to Ada Author. */
    static TestSite site() {
        TestSite site = TestSite.start();
        Profile profile =
                new Profile("Test site", site.uri().toString(), "Ada Author", "Writes tests.", "/media/ada.jpg", "en");
        TestSite.await(site.deployment().account().setUp(profile, "no password opens this"));
        return site;
    }

    static void delete(TestSite site, Note note) {
        TestSite.await(site.deployment().notes().delete(note.id()));
    }

    static Note change(TestSite site, Note note, NoteChange change) {
        return TestSite.await(site.deployment().notes().update(note.id(), change))
                .orElseThrow();
    }
}
