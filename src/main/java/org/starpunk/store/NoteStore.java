package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.Slug;
import org.starpunk.note.Tag;
import org.starpunk.telemetry.Recorder;

/** Repository of notes in the database. Records a business event for each change. May be used on any thread. */
public final class NoteStore implements NoteRepository {

    /**
     * Maximum length of a text that is rendered on the event loop, characters. Rendering it takes less than a few
     * milliseconds.
     */
    private static final int MAX_INLINE_LENGTH = 1_000;

    private static final int LONG_TEXT_THREADS = 2;

    private final Vertx vertx;
    private final StoreClient store;
    private final Recorder recorder;
    private final Clock clock;
    private final WorkerExecutor longTexts;

    /**
     * @param recorder recorder of the verticle that uses the store
     * @param clock supplies the time and offset of notes without a time of their own
     */
    public NoteStore(Vertx vertx, StoreClient store, Recorder recorder, Clock clock) {
        this.vertx = vertx;
        this.store = store;
        this.recorder = recorder;
        this.clock = clock;
        this.longTexts = vertx.createSharedWorkerExecutor("starpunk-texts", LONG_TEXT_THREADS);
    }

    @Override
    public Future<Note> create(NewNote note) {
        long start = recorder.now();
        OffsetDateTime now = OffsetDateTime.now(clock);
        return prepare(note, now)
                .compose(ready -> store.call(
                        sql -> sql.publish(jdbc -> NoteWriter.create(jdbc, note, ready.slug(), ready.read(), now))))
                .onSuccess(store.notes()::put)
                .onSuccess(created -> recordEvent("note_created", start, created.id()))
                .onSuccess(created -> opened(created, created.open(), start));
    }

    /**
     * Records the publication of a note that became visible to visitors: a new note, a published draft, a due scheduled
     * note, or a note that was deleted or private.
     */
    private void opened(Note note, boolean opens, long start) {
        if (opens) {
            recordEvent("note_published", start, note.id());
        }
    }

    /**
     * Publishes due notes. Returns the notes that this process has published.
     *
     * @param limit maximum number of notes
     */
    Future<List<Note>> publishDue(int limit) {
        long start = recorder.now();
        long now = clock.millis();
        return store.call(sql -> sql.publish(jdbc -> NoteWriter.publishDue(jdbc, now, limit)))
                .onSuccess(published -> published.forEach(note -> {
                    store.notes().put(note);
                    opened(note, note.open(), start);
                }));
    }

    /** Returns the time at which the next scheduled note is due, epoch milliseconds; empty if there is none. */
    Future<Optional<Long>> nextDue() {
        return store.read(NoteSchedule::nextDue);
    }

    @Override
    public Future<Optional<Note>> update(long id, NoteUpdate change) {
        long start = recorder.now();
        OffsetDateTime now = OffsetDateTime.now(clock);
        Function<@Nullable String, Future<Optional<NoteWriter.Changed>>> write =
                html -> store.call(sql -> sql.publish(jdbc -> NoteWriter.update(jdbc, id, change, html, now)));
        Note.Content content = change.content();
        Future<Optional<NoteWriter.Changed>> updated =
                content == null ? write.apply(null) : html(content).compose(write);
        return updated.onSuccess(changed -> changed.ifPresent(after -> updated(after, start)))
                .map(changed -> changed.map(NoteWriter.Changed::note));
    }

    private void updated(NoteWriter.Changed changed, long start) {
        store.notes().put(changed.note());
        recordEvent("note_updated", start, changed.note().id());
        opened(changed.note(), changed.opens(), start);
    }

    @Override
    public Future<Boolean> delete(long id) {
        long start = recorder.now();
        OffsetDateTime now = OffsetDateTime.now(clock);
        return store.call(sql -> sql.publish(jdbc -> NoteWriter.delete(jdbc, id, now)))
                .onSuccess(done -> recordEvent(done, "note_deleted", start, id));
    }

    @Override
    public Future<Boolean> undelete(long id) {
        long start = recorder.now();
        return store.call(sql -> sql.publish(jdbc -> NoteWriter.undelete(jdbc, id)))
                .onSuccess(changed -> changed.ifPresent(after -> undeleted(after, start)))
                .map(Optional::isPresent);
    }

    private void undeleted(NoteWriter.Changed changed, long start) {
        recordEvent("note_undeleted", start, changed.note().id());
        opened(changed.note(), changed.opens(), start);
    }

    private record PreparedNote(String slug, MarkdownRenderer.RenderedText read) {}

    /**
     * Prepares a note before it is queued, because there is only one write queue. A short note is prepared on the event
     * loop, because a switch to a worker thread takes longer.
     */
    private Future<PreparedNote> prepare(NewNote note, OffsetDateTime now) {
        return note.content().text().length() <= MAX_INLINE_LENGTH
                ? Future.succeededFuture(note).map(brief -> ready(brief, now))
                : offEventLoop(note.content(), () -> ready(note, now));
    }

    private static PreparedNote ready(NewNote note, OffsetDateTime now) {
        Note.Content content = note.content();
        OffsetDateTime published = note.published() == null ? now : note.published();
        String slug =
                Slug.wished(note.wishedSlug()).orElseGet(() -> Slug.of(content.title(), content.text(), published));
        return new PreparedNote(slug, MarkdownRenderer.read(content.text(), content.format()));
    }

    /** Renders the HTML of a note on a worker thread. It is stored with the note. */
    private Future<String> html(Note.Content content) {
        return offEventLoop(content, () -> MarkdownRenderer.render(content.text(), content.format()));
    }

    /** Runs work on a worker thread. Long texts have their own threads, so that they do not delay other work. */
    private <T> Future<T> offEventLoop(Note.Content content, Callable<T> work) {
        return content.text().length() > MarkdownRenderer.LONG
                ? longTexts.executeBlocking(work, false)
                : vertx.executeBlocking(work, false);
    }

    private void recordEvent(boolean done, String event, long start, long id) {
        if (done) {
            recordEvent(event, start, id);
        }
    }

    private void recordEvent(String event, long start, long id) {
        recorder.business(event, recorder.now() - start, Map.of("note", id));
    }

    @Override
    public Future<Optional<Note>> bySlug(String slug) {
        return store.read(jdbc -> NoteQueries.bySlug(jdbc, slug));
    }

    @Override
    public Future<Optional<Note>> byId(long id) {
        return store.read(jdbc -> NoteQueries.byId(jdbc, id));
    }

    @Override
    public Future<NoteSlice> list(NoteQuery query) {
        return store.read(jdbc -> NoteQueries.list(jdbc, query, store.notes()));
    }

    @Override
    public Future<List<TagCount>> tags() {
        return rows(
                "SELECT t.slug, t.name, count(*) FROM tags t JOIN note_tags nt ON nt.tag_id = t.id"
                        + " JOIN notes n ON n.id = nt.note_id WHERE n.listed GROUP BY t.id ORDER BY lower(t.name)",
                row -> new TagCount(new Tag(row.getString(1), row.getString(2)), row.getLong(3)));
    }

    @Override
    public Future<Optional<Tag>> tag(String slug) {
        return rows(
                        "SELECT slug, name FROM tags WHERE slug = ?",
                        row -> new Tag(row.getString(1), row.getString(2)),
                        slug)
                .map(tags -> tags.stream().findFirst());
    }

    @Override
    public Future<Boolean> renameTag(String slug, Tag renamed) {
        return store.call(sql -> sql.publish(jdbc -> NoteWriter.renameTag(jdbc, slug, renamed)));
    }

    @Override
    public Future<List<MonthCount>> months() {
        return rows(
                "SELECT month, count(*) FROM notes WHERE listed GROUP BY month ORDER BY month DESC",
                row -> new MonthCount(month(row.getInt(1)), row.getLong(2)));
    }

    @Override
    public Future<Long> count() {
        return rows("SELECT count(*) FROM notes WHERE listed", row -> row.getLong(1))
                .map(counts -> counts.get(0));
    }

    @Override
    public Future<List<Address>> addresses(long after, long last) {
        return store.read(jdbc -> NoteQueries.addresses(jdbc, after, last));
    }

    @Override
    public Future<List<Long>> parts(int size) {
        return rows(
                "SELECT DISTINCT (id - 1) / ? AS part FROM notes WHERE listed ORDER BY part",
                row -> row.getLong(1),
                (long) size);
    }

    @Override
    public Future<NoteSlice> find(String words, NoteQuery.@Nullable Cursor after, int limit) {
        return store.read(jdbc -> AuthorNoteQueries.find(jdbc, words, after, limit));
    }

    @Override
    public Future<NoteSlice> scheduled(NoteQuery.@Nullable Cursor after, int limit) {
        return store.read(jdbc -> NoteSchedule.list(jdbc, after, limit));
    }

    @Override
    public Future<Latest> latest(int limit) {
        return store.read(jdbc -> AuthorNoteQueries.latest(jdbc, limit));
    }

    private static YearMonth month(int number) {
        return YearMonth.of(number / 100, number % 100);
    }

    private <T> Future<List<T>> rows(String sql, JdbcSession.RowReader<T> reader, @Nullable Object... parameters) {
        return store.read(jdbc -> jdbc.list(sql, reader, parameters));
    }
}
