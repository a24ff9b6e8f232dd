package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.starpunk.Ports;
import org.starpunk.command.RunningProgram;
import org.starpunk.journey.SiteClient;
import org.starpunk.journey.TestSite;

/**
 * The released jar, started as a separate process with its own data directory, which is deleted at the end. Tests use
 * it only over HTTP and by signals. The client retains its cookies across restarts.
 */
final class StartedSite extends SiteClient implements AutoCloseable {

    private static final List<String> PAGES = List.of("/", "/feed.atom", "/static/css/site.css", "/nothing-here");

    private final Path folder;
    private final Map<String, String> environment;
    private final URI uri;
    private RunningProgram program;

    private StartedSite(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        this.program = RunningProgram.serve(folder, environment, "--listen", "127.0.0.1:" + Ports.free());
        this.uri = program.uri();
    }

    /** Starts it on a free port, with environment variables, without an owner. */
    static StartedSite start(Map<String, String> environment) {
        try {
            return new StartedSite(Files.createTempDirectory("starpunk-started"), environment);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sets it up with the link in its log. */
    StartedSite claimed() {
        claim(program.setupLink());
        return this;
    }

    String setupLink() {
        return program.setupLink();
    }

    @Override
    public URI uri() {
        return uri;
    }

    Path dataDir() {
        return folder.resolve("data");
    }

    /** Logs the author in again, which gives the client a new session. */
    StartedSite logIn() {
        forgetCookies();
        assertThat(submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD)
                        .statusCode())
                .isEqualTo(303);
        return this;
    }

    /** Publishes a note with the composer's form, and returns its path. */
    String publish(String text, String tags) {
        HttpResponse<String> done =
                submit("/admin/notes/new", "/admin/notes", "text", text, "tags", tags, "status", "published");
        assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
        return done.headers().firstValue("Location").orElseThrow();
    }

    /**
     * Simulates readers on one connection, with a rate and a total number of requests.
     *
     * @return completes once all requests are answered
     */
    CompletableFuture<Void> readers(int perSecond, int requests) {
        HttpClient reader = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMinutes(2))
                .build();
        ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();
        CompletableFuture<Void> done = new CompletableFuture<>();
        AtomicInteger sent = new AtomicInteger();
        beat.scheduleAtFixedRate(
                () -> {
                    try {
                        String page = PAGES.get(sent.getAndIncrement() % PAGES.size());
                        reader.send(HttpRequest.newBuilder(uri.resolve(page)).build(), BodyHandlers.discarding());
                        if (sent.get() >= requests) {
                            beat.shutdown();
                            done.complete(null);
                        }
                    } catch (IOException | InterruptedException e) {
                        beat.shutdown();
                        done.completeExceptionally(e);
                    }
                },
                0,
                1_000_000 / perSecond,
                TimeUnit.MICROSECONDS);
        return done;
    }

    /** Suspends the process (SIGSTOP). Its connections stay open without data. */
    void freeze() {
        signal("-STOP");
    }

    /** Resumes the process (SIGCONT). */
    void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", name, String.valueOf(program.pid())).start();
            assertThat(kill.waitFor()).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills it (SIGKILL). */
    void kill() {
        program.kill();
    }

    /** Starts it again on the same port and data. */
    void startAgain() {
        try {
            program = RunningProgram.serve(folder, environment, "--listen", "127.0.0.1:" + uri.getPort());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        program.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
