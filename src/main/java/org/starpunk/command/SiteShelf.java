package org.starpunk.command;

import java.util.List;
import org.starpunk.archive.Shelf;
import org.starpunk.note.ArchivedNote;
import org.starpunk.store.ArchiveStore;

/** Notes of the site for exports and imports, with blocking methods. */
record SiteShelf(ArchiveStore store) implements Shelf {

    @Override
    public long count() {
        return Waiting.on(store.count());
    }

    @Override
    public List<ArchivedNote.Numbered> after(long id, int limit) {
        return Waiting.on(store.after(id, limit));
    }

    @Override
    public List<ArchivedNote.Outcome> judge(List<ArchivedNote> notes) {
        return Waiting.on(store.judge(notes));
    }

    @Override
    public List<ArchivedNote.Outcome> add(List<ArchivedNote> notes) {
        return Waiting.on(store.add(notes));
    }
}
