package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.Kind;
import org.starpunk.note.ArchivedNote.Numbered;
import org.starpunk.note.ArchivedNote.Outcome;
import org.starpunk.note.Markdown;
import org.starpunk.note.Note;
import org.starpunk.note.NotePage;

/** Notes on their way out of the site and back, with all that belongs to them. */
public final class ArchiveStore {

    private static final String AFTER =
            "SELECT " + NoteReader.PLACE + " FROM notes n WHERE n.id > ? ORDER BY n.id LIMIT ?";
    private static final String OLD_SLUGS =
            "SELECT s.note_id, s.slug FROM slugs s JOIN notes n ON n.id = s.note_id AND n.slug <> s.slug"
                    + " WHERE s.note_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY s.slug";

    private static final String BY_UID = "SELECT " + Stored.COLUMNS + " FROM notes n WHERE n.uid = ?";

    /** Found by its slug, or by one that it had. */
    private static final String BY_SLUG =
            "SELECT " + Stored.COLUMNS + " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?";

    /** Brought before under another slug, because its own was taken. */
    private static final String SAME =
            "SELECT " + Stored.COLUMNS + " FROM notes n WHERE n.published = ? AND n.text = ? AND n.slug LIKE ?";

    private final Vertx vertx;
    private final StoreClient store;

    public ArchiveStore(Vertx vertx, StoreClient store) {
        this.vertx = vertx;
        this.store = store;
    }

    /** How many notes there are, deleted ones too. */
    public Future<Long> count() {
        return store.ask(sql -> sql.read(plain ->
                plain.first("SELECT count(*) FROM notes", row -> row.getLong(1)).orElse(0L)));
    }

    /**
     * Returns the next notes after a number, in the order of their numbers, including drafts and deleted ones. Returns fewer than the
     * limit where they are long ({@link NotePage#MAX_BYTES}); none when there are no more.
     */
    public Future<List<Numbered>> after(long id, int limit) {
        return store.ask(sql -> sql.read(plain -> after(plain, id, limit)));
    }

    private static List<Numbered> after(Plain sql, long id, int limit) throws SQLException {
        List<NoteReader.Place> places = sql.list(AFTER, NoteReader.Place::read, id, limit);
        List<Note> notes = NoteReader.whole(sql, NoteReader.fitting(places, limit, false));
        Map<Long, List<String>> old = new HashMap<>();
        List<Long> ids = notes.stream().map(Note::id).toList();
        record Slug(long note, String slug) {}
        for (Slug slug :
                sql.list(OLD_SLUGS, row -> new Slug(row.getLong(1), row.getString(2)), NoteReader.array(ids))) {
            old.computeIfAbsent(slug.note(), any -> new ArrayList<>()).add(slug.slug());
        }
        return notes.stream()
                .map(note -> new Numbered(note.id(), archived(note, old.getOrDefault(note.id(), List.of()))))
                .toList();
    }

    private static ArchivedNote archived(Note note, List<String> oldSlugs) {
        return new ArchivedNote(
                note.content(),
                note.uid(),
                note.slug(),
                oldSlugs,
                note.published(),
                note.updated(),
                note.deletedAt(),
                note.previewToken(),
                true);
    }

    /** What would become of notes, if they were brought now. */
    public Future<List<Outcome>> judge(List<ArchivedNote> notes) {
        return store.ask(sql -> sql.read(plain -> {
            List<Outcome> outcomes = new ArrayList<>(notes.size());
            for (ArchivedNote note : notes) {
                outcomes.add(judge(plain, note));
            }
            return outcomes;
        }));
    }

    /**
     * Writes the notes that are not there yet, all in one transaction. A note is there when one with its slug, or one that had it,
     * was published at the same moment; when nothing says when it was published, its slug alone decides. So is a note with the id of
     * one that has or had its slug. A note with the id of a different note gets a new one.
     */
    public Future<List<Outcome>> add(List<ArchivedNote> notes) {
        return vertx.executeBlocking(
                        () -> notes.stream()
                                .map(note -> Markdown.read(
                                        note.content().text(), note.content().format()))
                                .toList(),
                        false)
                .compose(read -> store.ask(sql -> sql.publish(plain -> add(plain, notes, read))));
    }

    private static List<Outcome> add(Plain sql, List<ArchivedNote> notes, List<Markdown.Read> read)
            throws SQLException {
        List<Outcome> outcomes = new ArrayList<>(notes.size());
        for (int i = 0; i < notes.size(); i++) {
            Outcome outcome = judge(sql, notes.get(i));
            if (outcome.kind() != Kind.HERE) {
                ArchivedNote note = outcome.otherUid() ? notes.get(i).withNewUid() : notes.get(i);
                NoteWriter.bring(sql, note, outcome.slug(), read.get(i));
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private static Outcome judge(Plain sql, ArchivedNote note) throws SQLException {
        long published = note.published().toInstant().toEpochMilli();
        Optional<Stored> sameUid = note.uid() == null ? Optional.empty() : sql.first(BY_UID, Stored::read, note.uid());
        if (sameUid.isPresent() && isSame(sql, sameUid.get(), note)) {
            return new Outcome(Kind.HERE, sameUid.get().slug(), false);
        }
        Optional<Stored> sameSlug = sql.first(BY_SLUG, Stored::read, note.slug());
        if (sameSlug.isEmpty()) {
            return new Outcome(Kind.ADDED, note.slug(), sameUid.isPresent());
        }
        if (!note.dated() || sameSlug.get().published() == published) {
            return new Outcome(Kind.HERE, note.slug(), sameSlug.get().hasOtherUid(note));
        }
        Optional<Stored> same =
                sql.first(SAME, Stored::read, published, note.content().text(), note.slug() + "-%");
        return same.isEmpty()
                ? new Outcome(Kind.RENAMED, NoteWriter.free(sql, note.slug(), 0), sameUid.isPresent())
                : new Outcome(Kind.HERE, same.get().slug(), same.get().hasOtherUid(note));
    }

    /**
     * Returns whether a note with the id of another is that note: it has a slug that the other has or had, or it was brought under
     * another slug. Ids are not proof enough: files are copied, and early ids were numbered by each site.
     */
    private static boolean isSame(Plain sql, Stored stored, ArchivedNote note) throws SQLException {
        boolean slug = sql.first(BY_SLUG, Stored::read, note.slug())
                .filter(found -> found.id() == stored.id())
                .isPresent();
        return slug
                || (stored.published() == note.published().toInstant().toEpochMilli()
                        && (stored.slug().startsWith(note.slug() + '-')
                                || stored.text().equals(note.content().text())));
    }

    /** A note of the site, as far as an import compares it. */
    private record Stored(long id, String slug, long published, String uid, String text) {

        static final String COLUMNS = "n.id, n.slug, n.published, n.uid, n.text";

        static Stored read(ResultSet row) throws SQLException {
            return new Stored(row.getLong(1), row.getString(2), row.getLong(3), row.getString(4), row.getString(5));
        }

        boolean hasOtherUid(ArchivedNote note) {
            return note.uid() != null && !note.uid().equals(uid);
        }
    }
}
