package org.starpunk.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.starpunk.command.Program;

/** {@code serve --demo} as a separate process, for tools that observe it for minutes. */
final class DemoServer implements AutoCloseable {

    private static final Pattern LOGIN = Pattern.compile("Demo login: (\\S+)/admin/login  password: (\\S+)");
    private static final List<String> PAGES =
            List.of("/", "/feed.atom", "/search?q=garden", "/static/css/site.css", "/nothing");

    private final Process process;
    private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;
    private final String password;
    private int next;

    private DemoServer(Process process, URI uri, String password) {
        this.process = process;
        this.uri = uri;
        this.password = password;
    }

    static DemoServer start() throws IOException {
        Path log = Files.createTempFile("starpunk-demo", ".log");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-Xmx96m"));
        line.addAll(Program.MAIN);
        line.addAll(List.of("serve", "--demo"));
        ProcessBuilder server = new ProcessBuilder(line);
        server.environment().keySet().removeIf(name -> name.startsWith("METRICS_") || name.startsWith("STARPUNK_"));
        server.environment().put("STARPUNK_LISTEN", "127.0.0.1:0");
        Process process =
                server.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Matcher login = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> LOGIN.matcher(Files.readString(log)), Matcher::find);
        return new DemoServer(process, URI.create(login.group(1)), login.group(2));
    }

    URI uri() {
        return uri;
    }

    long pid() {
        return process.pid();
    }

    /** Starts a reader that requests pages over one connection, with a pause in milliseconds. */
    void read(long pauseMillis) {
        reader.scheduleWithFixedDelay(this::readOne, 0, pauseMillis, TimeUnit.MILLISECONDS);
    }

    private void readOne() {
        try {
            var unused = client.send(
                    HttpRequest.newBuilder(uri.resolve(PAGES.get(next++ % PAGES.size())))
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void logIn(Page page) {
        page.navigate("/admin/login");
        page.locator("input[type=password]").fill(password);
        page.locator("input[type=password]").press("Enter");
        page.waitForURL("**/admin");
    }

    @Override
    public void close() {
        reader.shutdownNow();
        process.destroy();
    }
}
