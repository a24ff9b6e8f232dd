package org.starpunk.command;

import java.util.List;
import org.starpunk.archive.ArchiveNoteRepository;
import org.starpunk.note.ArchivedNote;
import org.starpunk.store.ArchiveStore;

/** Blocking access to the notes of the site, for exports and imports. */
record BlockingNoteRepository(ArchiveStore store) implements ArchiveNoteRepository {

    @Override
    public long count() {
        return BlockingFutures.await(store.count());
    }

    @Override
    public List<ArchivedNote.Numbered> listAfter(long id, int limit) {
        return BlockingFutures.await(store.listAfter(id, limit));
    }

    @Override
    public List<ArchivedNote.ImportOutcome> classify(List<ArchivedNote> notes) {
        return BlockingFutures.await(store.classify(notes));
    }

    @Override
    public List<ArchivedNote.ImportOutcome> add(List<ArchivedNote> notes) {
        return BlockingFutures.await(store.add(notes));
    }
}
