package org.starpunk.note;

import io.vertx.core.Future;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Repository of the site's notes. A change is durable when its future completes.
 *
 * <p>All futures fail with {@link UnavailableException} if the database is temporarily unavailable.
 */
public interface NoteRepository {

    /** Creates a note. */
    Future<Note> create(NewNote note);

    /**
     * Updates a note. Returns empty if the note does not exist or is deleted. Fails with {@link
     * NoteVersionConflictException} if its version differs from that of the update.
     */
    Future<Optional<Note>> update(long id, NoteUpdate change);

    /**
     * Deletes a note: its page then responds with 410. Returns false if the note does not exist. A second call does not
     * change the time of deletion.
     */
    Future<Boolean> delete(long id);

    /** Restores a deleted note. Returns false if the note does not exist. */
    Future<Boolean> undelete(long id);

    /**
     * Returns the note with a slug, including deleted notes, or the note that had the slug earlier (its {@link
     * Note#slug()} then differs).
     */
    Future<Optional<Note>> bySlug(String slug);

    Future<Optional<Note>> byId(long id);

    /** Returns a page of a list, newest first, including the tags. */
    Future<NoteSlice> list(NoteQuery query);

    /**
     * Searches the author's notes in every state, including drafts, private and deleted notes, newest first. Each word
     * must be in the title, text, slug or tags, at least as a part of a word.
     *
     * @param words words, separated by white space; not blank
     * @param after position of the last note of the previous page; null for the first page
     * @param limit maximum number of notes, 1 to 200
     */
    Future<NoteSlice> find(String words, NoteQuery.@Nullable Cursor after, int limit);

    /** Returns the tags of all listed notes with the number of notes, by name. */
    Future<List<TagCount>> tags();

    /** Returns the tag with a slug. */
    Future<Optional<Tag>> tag(String slug);

    /**
     * Renames a tag in all notes, including deleted ones. If the new slug belongs to another tag, both are merged under
     * the new name.
     *
     * @param slug current slug of the tag
     * @param renamed new slug and name
     * @return false if the tag does not exist
     */
    Future<Boolean> renameTag(String slug, Tag renamed);

    /** Returns the months of the listed notes with the number of notes, newest first. */
    Future<List<MonthCount>> months();

    /** Returns the number of listed notes. */
    Future<Long> count();

    /**
     * Returns the addresses of the listed notes with an id in a range, by id.
     *
     * @param after id before the first
     * @param last largest id
     */
    Future<List<Address>> addresses(long after, long last);

    /**
     * Returns the parts of the id range that contain listed notes, ascending. Part 0 contains the ids from 1 to {@code
     * size}, part 1 the next ones.
     *
     * @param size number of ids per part
     */
    Future<List<Long>> parts(int size);

    /**
     * Returns a page of the scheduled notes, earliest first.
     *
     * @param after position of the last note of the previous page; null for the first page
     * @param limit maximum number of notes, 1 to 200
     */
    Future<NoteSlice> scheduled(NoteQuery.@Nullable Cursor after, int limit);

    /**
     * Returns the author's latest notes by status, without deleted ones.
     *
     * @param limit maximum number of notes per status
     */
    Future<Latest> latest(int limit);

    /**
     * The author's latest notes.
     *
     * @param published published notes of any visibility, newest first
     * @param drafts drafts, newest first
     * @param draftCount number of all drafts
     * @param scheduled next scheduled notes, earliest first
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

    /** A tag with its number of listed notes. */
    record TagCount(Tag tag, long notes) {}

    /** A month with its number of listed notes. */
    record MonthCount(YearMonth month, long notes) {}
}
