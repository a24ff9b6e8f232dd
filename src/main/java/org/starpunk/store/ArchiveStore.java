package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.Kind;
import org.starpunk.note.ArchivedNote.Numbered;
import org.starpunk.note.ArchivedNote.Outcome;
import org.starpunk.note.Markdown;
import org.starpunk.note.Note;

/** Notes on their way out of the site and back, with all that belongs to them. */
public final class ArchiveStore {

    private static final String AFTER =
            "SELECT " + NoteRow.COLUMNS + " FROM notes n WHERE n.id > ? ORDER BY n.id LIMIT ?";
    private static final String OLD_SLUGS =
            "SELECT s.note_id, s.slug FROM slugs s JOIN notes n ON n.id = s.note_id AND n.slug <> s.slug"
                    + " WHERE s.note_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY s.slug";

    /** Found by its slug, or by one that it had. */
    private static final String PUBLISHED =
            "SELECT n.published FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?";

    /** Brought before under another slug, because its own was taken. */
    private static final String SAME = "SELECT slug FROM notes WHERE published = ? AND text = ? AND slug LIKE ?";

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

    /** The next notes after a number, in the order of their numbers; everything, drafts and deleted ones too. */
    public Future<List<Numbered>> after(long id, int limit) {
        return store.ask(sql -> sql.read(plain -> after(plain, id, limit)));
    }

    private static List<Numbered> after(Plain sql, long id, int limit) throws SQLException {
        List<Note> notes = sql.list(AFTER, NoteRow::read, id, limit);
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
     * was published at the same moment; when nothing says when it was published, its slug alone decides.
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
                NoteWriter.bring(sql, notes.get(i), outcome.slug(), read.get(i));
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private static Outcome judge(Plain sql, ArchivedNote note) throws SQLException {
        long published = note.published().toInstant().toEpochMilli();
        List<Long> found = sql.list(PUBLISHED, row -> row.getLong(1), note.slug());
        if (found.isEmpty()) {
            return new Outcome(Kind.ADDED, note.slug());
        }
        if (!note.dated() || found.get(0) == published) {
            return new Outcome(Kind.HERE, note.slug());
        }
        List<String> same = sql.list(
                SAME, row -> row.getString(1), published, note.content().text(), note.slug() + "-%");
        return same.isEmpty()
                ? new Outcome(Kind.RENAMED, NoteWriter.free(sql, note.slug(), 0))
                : new Outcome(Kind.HERE, same.get(0));
    }
}
