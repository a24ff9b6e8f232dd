package org.starpunk.journey;

import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.starpunk.Deployment;
import org.starpunk.Ports;
import org.starpunk.TestDatabase;
import org.starpunk.admin.SetupLink;
import org.starpunk.config.Settings;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.TagNameRules;

/**
 * A server for a test: on a free port, with a temporary data directory, which is deleted at the end. The client stores
 * cookies and follows no redirects.
 */
public final class TestSite extends SiteClient implements AutoCloseable {

    /** Password of the author after {@link #setUp()}. */
    public static final String PASSWORD = "correct horse battery staple";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path dataDir;
    private final TestDatabase database;
    private final Map<String, String> environment;
    private final Clock clock;
    private Deployment deployment;

    private TestSite(Path dataDir, Map<String, String> environment, Clock clock) {
        this.clock = clock;
        this.dataDir = dataDir;
        this.database = TestDatabase.in(dataDir);
        this.environment = environment;
        this.deployment = deploy(Ports.free());
    }

    /** Starts a server with these variables in addition to the defaults. */
    public static TestSite start(Map<String, String> environment) {
        return start(environment, Clock.systemUTC());
    }

    /** Starts a server whose wall clock the test sets. */
    public static TestSite start(Map<String, String> environment, Clock clock) {
        try {
            return new TestSite(Files.createTempDirectory("starpunk-test"), environment, clock);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static TestSite start() {
        return start(Map.of());
    }

    private Deployment deploy(int port) {
        Map<String, String> variables = new HashMap<>();
        variables.put("STARPUNK_LISTEN", "127.0.0.1:" + port);
        variables.putAll(database.environment());
        variables.put("STARPUNK_TIME_ZONE", "UTC");
        variables.put("STARPUNK_INSTANCES", "2");
        variables.put("STARPUNK_BACKUP_ENABLED", "false");
        variables.put("STARPUNK_REQUEST_TIMEOUT", String.valueOf(PATIENCE.toSeconds()));
        variables.putAll(environment);
        return await(Deployment.start(Settings.of(variables), clock));
    }

    /** Stops the server and starts it again on the same port and data. Cookies stay. */
    public void restart() {
        int port = deployment.port();
        await(deployment.stop());
        deployment = deploy(port);
    }

    /** Stops the server without deleting its data. */
    public void stop() {
        await(deployment.stop());
    }

    /** Starts the stopped server on a port. */
    public void startAgain(int port) {
        deployment = deploy(port);
    }

    public Deployment deployment() {
        return deployment;
    }

    public Path dataDir() {
        return dataDir;
    }

    /** Opens the database directly. */
    public TestDatabase database() {
        return database;
    }

    /** {@code http://127.0.0.1:40123}. */
    @Override
    public URI uri() {
        return deployment.uri();
    }

    /** Waits for the result of a future. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e.getCause() == null ? e : e.getCause());
        }
    }

    /** Sets up the site with its setup link in the browser. The author is logged in afterwards. */
    public TestSite setUp() {
        String link = await(SetupLink.create(deployment.account(), "", clock));
        claim(link);
        return this;
    }

    /** Writes a public note without the composer. */
    public Note publish(String text, String tags) {
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
        return await(deployment.notes().create(new NewNote(content, null, null)));
    }

    @Override
    public void close() {
        await(deployment.stop());
        database.close();
        try (Stream<Path> files = Files.walk(dataDir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
