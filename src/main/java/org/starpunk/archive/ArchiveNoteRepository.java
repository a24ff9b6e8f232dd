package org.starpunk.archive;

import java.util.List;
import org.starpunk.note.ArchivedNote;

/** The notes of a site, for work that may wait for each answer. */
public interface ArchiveNoteRepository {

    /** How many notes there are, deleted ones too. */
    long count();

    /** The next notes after a number, in the order of their numbers. */
    List<ArchivedNote.Numbered> listAfter(long id, int limit);

    /** What would become of notes. */
    List<ArchivedNote.ImportOutcome> classify(List<ArchivedNote> notes);

    /** Writes those that are not there yet, all or none. */
    List<ArchivedNote.ImportOutcome> add(List<ArchivedNote> notes);
}
