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
import org.starpunk.note.ArchivedNote.ImportAction;
import org.starpunk.note.ArchivedNote.ImportOutcome;
import org.starpunk.note.ArchivedNote.Numbered;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;
import org.starpunk.note.NoteSlice;

/** Notes for export and import, with their earlier slugs and all states. */
public final class ArchiveStore {

    private static final String AFTER =
            "SELECT " + NoteQueries.PLACE + " FROM notes n WHERE n.id > ? ORDER BY n.id LIMIT ?";
    private static final String OLD_SLUGS =
            "SELECT s.note_id, s.slug FROM slugs s JOIN notes n ON n.id = s.note_id AND n.slug <> s.slug"
                    + " WHERE s.note_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY s.slug";

    private static final String BY_UID = "SELECT " + StoredNote.COLUMNS + " FROM notes n WHERE n.uid = ?";

    /** Finds a note by its current slug or an earlier one. */
    private static final String BY_SLUG =
            "SELECT " + StoredNote.COLUMNS + " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?";

    /** Finds a note that was imported under another slug because its own was taken. */
    private static final String SAME =
            "SELECT " + StoredNote.COLUMNS + " FROM notes n WHERE n.published = ? AND n.text = ? AND n.slug LIKE ?";

    private final Vertx vertx;
    private final StoreClient store;

    public ArchiveStore(Vertx vertx, StoreClient store) {
        this.vertx = vertx;
        this.store = store;
    }

    /** Returns the number of notes, including deleted ones. */
    public Future<Long> count() {
        return store.call(sql -> sql.read(jdbc ->
                jdbc.first("SELECT count(*) FROM notes", row -> row.getLong(1)).orElse(0L)));
    }

    /**
     * Returns the next notes after an id, in ascending order of ids, including drafts and deleted notes. Returns fewer
     * than the limit if the notes are long ({@link NoteSlice#MAX_BYTES}), and an empty list at the end.
     */
    public Future<List<Numbered>> listAfter(long id, int limit) {
        return store.call(sql -> sql.read(jdbc -> listAfter(jdbc, id, limit)));
    }

    private static List<Numbered> listAfter(JdbcSession sql, long id, int limit) throws SQLException {
        List<NoteQueries.ListPosition> places = sql.list(AFTER, NoteQueries.ListPosition::read, id, limit);
        List<Note> notes = NoteQueries.whole(sql, NoteQueries.fitting(places, limit, false));
        Map<Long, List<String>> old = new HashMap<>();
        List<Long> ids = notes.stream().map(Note::id).toList();
        record OldSlug(long note, String slug) {}
        for (OldSlug slug :
                sql.list(OLD_SLUGS, row -> new OldSlug(row.getLong(1), row.getString(2)), NoteQueries.array(ids))) {
            old.computeIfAbsent(slug.note(), unused -> new ArrayList<>()).add(slug.slug());
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

    /** Returns the outcome that an import of the notes would have now. Changes nothing. */
    public Future<List<ImportOutcome>> classify(List<ArchivedNote> notes) {
        return store.call(sql -> sql.read(jdbc -> {
            List<ImportOutcome> outcomes = new ArrayList<>(notes.size());
            for (ArchivedNote note : notes) {
                outcomes.add(classify(jdbc, note));
            }
            return outcomes;
        }));
    }

    /**
     * Inserts the missing notes in one transaction. A note exists if a note with its slug, current or earlier, has the
     * same time of publication. If the note has no date, the slug alone decides. A note also exists if a note with its
     * id has or had its slug. A note whose id belongs to a different note gets a new id.
     */
    public Future<List<ImportOutcome>> add(List<ArchivedNote> notes) {
        return vertx.executeBlocking(
                        () -> notes.stream()
                                .map(note -> MarkdownRenderer.read(
                                        note.content().text(), note.content().format()))
                                .toList(),
                        false)
                .compose(read -> store.call(sql -> sql.publish(jdbc -> add(jdbc, notes, read))));
    }

    private static List<ImportOutcome> add(
            JdbcSession sql, List<ArchivedNote> notes, List<MarkdownRenderer.RenderedText> read) throws SQLException {
        List<ImportOutcome> outcomes = new ArrayList<>(notes.size());
        for (int i = 0; i < notes.size(); i++) {
            ImportOutcome outcome = classify(sql, notes.get(i));
            if (outcome.kind() != ImportAction.HERE) {
                ArchivedNote note = outcome.otherUid() ? notes.get(i).withNewUid() : notes.get(i);
                NoteWriter.insertArchived(sql, note, outcome.slug(), read.get(i));
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private static ImportOutcome classify(JdbcSession sql, ArchivedNote note) throws SQLException {
        long published = note.published().toInstant().toEpochMilli();
        Optional<StoredNote> sameUid =
                note.uid() == null ? Optional.empty() : sql.first(BY_UID, StoredNote::read, note.uid());
        if (sameUid.isPresent() && isSame(sql, sameUid.get(), note)) {
            return new ImportOutcome(ImportAction.HERE, sameUid.get().slug(), false);
        }
        Optional<StoredNote> sameSlug = sql.first(BY_SLUG, StoredNote::read, note.slug());
        if (sameSlug.isEmpty()) {
            return new ImportOutcome(ImportAction.ADDED, note.slug(), sameUid.isPresent());
        }
        if (!note.dated() || sameSlug.get().published() == published) {
            return new ImportOutcome(
                    ImportAction.HERE, note.slug(), sameSlug.get().hasOtherUid(note));
        }
        Optional<StoredNote> same =
                sql.first(SAME, StoredNote::read, published, note.content().text(), note.slug() + "-%");
        return same.isEmpty()
                ? new ImportOutcome(
                        ImportAction.RENAMED, NoteWriter.firstFreeSlug(sql, note.slug(), 0), sameUid.isPresent())
                : new ImportOutcome(
                        ImportAction.HERE, same.get().slug(), same.get().hasOtherUid(note));
    }

    /**
     * Returns whether a stored note with the same id is the same note: it has or had the slug, or was imported under
     * another slug. An equal id is not sufficient, because files are copied and early versions numbered the notes of
     * each site from 1.
     */
    private static boolean isSame(JdbcSession sql, StoredNote stored, ArchivedNote note) throws SQLException {
        boolean slug = sql.first(BY_SLUG, StoredNote::read, note.slug())
                .filter(found -> found.id() == stored.id())
                .isPresent();
        return slug
                || (stored.published() == note.published().toInstant().toEpochMilli()
                        && (stored.slug().startsWith(note.slug() + '-')
                                || stored.text().equals(note.content().text())));
    }

    /** Columns of a stored note that an import compares. */
    private record StoredNote(long id, String slug, long published, String uid, String text) {

        static final String COLUMNS = "n.id, n.slug, n.published, n.uid, n.text";

        static StoredNote read(ResultSet row) throws SQLException {
            return new StoredNote(row.getLong(1), row.getString(2), row.getLong(3), row.getString(4), row.getString(5));
        }

        boolean hasOtherUid(ArchivedNote note) {
            return note.uid() != null && !note.uid().equals(uid);
        }
    }
}
