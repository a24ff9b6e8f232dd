package org.starpunk.note;

import io.vertx.core.Future;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The notes of the site. What was acknowledged by a completed future is on the disk. */
public interface NoteRepository {

    /** Writes a note. */
    Future<Note> create(NewNote note);

    /**
     * Changes a note; empty when there is none of that id, or it is deleted. Fails with {@link NoteVersionConflictException} when it
     * is of another version than the change.
     */
    Future<Optional<Note>> update(long id, NoteUpdate change);

    /** Deletes a note: it answers 410 from then on. False when there is none of that id. Deleting again changes nothing. */
    Future<Boolean> delete(long id);

    /** Brings a deleted note back. False when there is none of that id. */
    Future<Boolean> undelete(long id);

    /** The note of a slug, deleted ones too, or the note that had the slug before (its {@link Note#slug()} then differs). */
    Future<Optional<Note>> bySlug(String slug);

    Future<Optional<Note>> byId(long id);

    /** A page of a list, newest first, with the tags of all its notes. */
    Future<NoteSlice> list(NoteQuery query);

    /**
     * The author's own search: notes in any state, drafts, private and deleted ones too, in whose title, text, address or tags all
     * the words stand, or parts of them; newest first.
     *
     * @param words partitioned by white space; not blank
     * @param after the last note of the page before; null for the first page
     * @param limit how many at the most, 1 to 200
     */
    Future<NoteSlice> find(String words, NoteQuery.@Nullable Cursor after, int limit);

    /** All tags that a listed note has, with how many; by name. */
    Future<List<TagCount>> tags();

    /** The tag of a slug. */
    Future<Optional<Tag>> tag(String slug);

    /**
     * Renames a tag wherever it stands, deleted notes included. Where there is a tag of the new slug already, the two become
     * one, under the new name.
     *
     * @param slug the tag's slug as of now
     * @param renamed its new slug and name
     * @return false when there is no tag of that slug
     */
    Future<Boolean> renameTag(String slug, Tag renamed);

    /** The months in which listed notes were published, newest first, with how many. */
    Future<List<MonthCount>> months();

    /** How many notes are listed. */
    Future<Long> count();

    /**
     * Returns the addresses of the listed notes with an id in a range, by id.
     *
     * @param after the id before the first
     * @param last the largest id
     */
    Future<List<Address>> addresses(long after, long last);

    /**
     * Returns which parts of the ids have a listed note, ascending. Part 0 is the ids from 1 to {@code size}, part 1 the next.
     *
     * @param size the number of ids in a part
     */
    Future<List<Long>> parts(int size);

    /**
     * Returns a page of the scheduled notes, soonest first.
     *
     * @param after the last note of the page before; null for the first page
     * @param limit most notes of a page, 1 to 200
     */
    Future<NoteSlice> scheduled(NoteQuery.@Nullable Cursor after, int limit);

    /** What the author wrote last, published (for whomever) and not yet; nothing that is deleted. */
    Future<Latest> latest(int limit);

    /**
     * The newest notes.
     *
     * @param published those that are published, newest first
     * @param drafts those that are not, newest first
     * @param draftCount how many drafts there are in all
     * @param scheduled the next scheduled notes, soonest first
     * @param scheduledCount number of all scheduled notes
     */
    record Latest(List<Note> published, List<Note> drafts, long draftCount, List<Note> scheduled, long scheduledCount) {

        public Latest {
            published = List.copyOf(published);
            drafts = List.copyOf(drafts);
            scheduled = List.copyOf(scheduled);
        }
    }

    /**
     * Address of a note.
     *
     * @param path path of its page
     * @param changed time of its last change, with the author's offset
     */
    record Address(String path, OffsetDateTime changed) {}

    /** A tag and how many listed notes have it. */
    record TagCount(Tag tag, long notes) {}

    /** A month and how many listed notes were published in it. */
    record MonthCount(YearMonth month, long notes) {}
}
