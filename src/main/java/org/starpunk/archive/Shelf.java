package org.starpunk.archive;

import java.util.List;
import org.starpunk.note.ArchivedNote;

/** The notes of a site, for work that may wait for each answer. */
public interface Shelf {

    /** How many notes there are, deleted ones too. */
    long count();

    /** The next notes after a number, in the order of their numbers. */
    List<ArchivedNote.Numbered> after(long id, int limit);

    /** What would become of notes. */
    List<ArchivedNote.Outcome> judge(List<ArchivedNote> notes);

    /** Writes those that are not there yet, all or none. */
    List<ArchivedNote.Outcome> add(List<ArchivedNote> notes);
}
