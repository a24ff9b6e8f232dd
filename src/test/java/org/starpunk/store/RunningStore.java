package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.starpunk.TestDatabase;
import org.starpunk.config.Settings;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.SiteRevision;
import org.starpunk.note.TagNameRules;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

/** A store verticle with its own database in a directory. */
final class RunningStore implements AutoCloseable {

    final SiteRevision revision = new SiteRevision();
    final Vertx vertx;
    final StoreClient client;
    final NoteStore notes;
    final SearchStore search;

    private RunningStore(Database database) {
        RequestTiming.register();
        vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        await(vertx.deployVerticle(new StoreVerticle(database, revision, unused -> Recorder.none(), false)));
        client = new StoreClient(vertx);
        notes = new NoteStore(vertx, client, Recorder.none(), Clock.systemUTC());
        search = new SearchStore(client);
    }

    /** Starts a store on the database of this test run. */
    static RunningStore start(Path dir) {
        return new RunningStore(database(dir));
    }

    static RunningStore start(TestDatabase database) {
        return start(Database.of(Settings.of(database.environment())));
    }

    static RunningStore start(Database database) {
        return new RunningStore(database);
    }

    /** Returns the database of this test run. */
    static Database database(Path dir) {
        return Database.of(Settings.of(TestDatabase.in(dir).environment()));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static NewNote note(String text, String tags) {
        Note.Content content = new Note.Content(
                null,
                text,
                Note.Format.MARKDOWN,
                TagNameRules.parse(tags),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        return new NewNote(content, null, null);
    }

    Note publish(String text, String tags) {
        return await(notes.create(note(text, tags)));
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
