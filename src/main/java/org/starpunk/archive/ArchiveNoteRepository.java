package org.starpunk.archive;

import java.util.List;
import org.starpunk.note.ArchivedNote;

/** Notes of a site, with blocking methods for exports and imports. */
public interface ArchiveNoteRepository {

    /** Returns the number of notes, including deleted ones. */
    long count();

    /** Returns the next notes after an id, in the order of their ids. */
    List<ArchivedNote.Numbered> listAfter(long id, int limit);

    /** Returns the outcome that {@link #add} would have for each note. */
    List<ArchivedNote.ImportOutcome> classify(List<ArchivedNote> notes);

    /** Adds the notes that do not exist, in one transaction. */
    List<ArchivedNote.ImportOutcome> add(List<ArchivedNote> notes);
}
