package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.journey.SiteClient;

/** {@code starpunk serve} as a separate process, on a free port. */
public final class RunningProgram extends SiteClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern LINK = Pattern.compile("Setup link [^:]+: http://[^/]+(/\\S+)");
    private static final Pattern READY = Pattern.compile("ready in .*?(https?://[^ ]+)");

    private static final Pattern BEGINNING = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ");
    private static final Pattern BUSY =
            Pattern.compile("BlockedThreadChecker|slow query|alert: |a cluster node does not reply");

    private final Process process;
    private final Path err;

    private RunningProgram(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    /** Starts the program and waits until it is ready. */
    public static RunningProgram serve(Path folder, Map<String, String> environment, String... flags)
            throws IOException {
        return serve(new Program(folder), folder, environment, flags);
    }

    static RunningProgram serve(Program with, Path folder, Map<String, String> environment, String... flags)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        arguments.addAll(List.of(flags));
        if (!arguments.contains("--listen")) {
            arguments.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        if (!arguments.contains("--log-format")) {
            arguments.addAll(List.of("--log-format", "text"));
        }
        Path err = Files.createTempFile(folder, "serve", ".err");
        Process process = with.start(environment, folder.resolve("serve.out"), err, arguments.toArray(String[]::new));
        RunningProgram program = new RunningProgram(process, err);
        await().atMost(PATIENCE).until(() -> program.ready() || !process.isAlive());
        assertThat(process.isAlive()).as(program.log()).isTrue();
        return program;
    }

    private boolean ready() {
        return Pattern.compile("ready in .*\n").matcher(log()).find();
    }

    /** Returns the path of the setup link in the log. */
    public String setupLink() {
        Matcher link = LINK.matcher(log());
        assertThat(link.find()).as(log()).isTrue();
        return link.group(1);
    }

    /** Returns its standard error so far. */
    String log() {
        try {
            return Program.text(err);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns its log without the lines that a slow machine causes, such as waits for a processor or a disk. */
    String logOfItself() {
        StringBuilder kept = new StringBuilder();
        boolean keep = true;
        for (String line : log().lines().toList()) {
            keep = BEGINNING.matcher(line).lookingAt() ? !BUSY.matcher(line).find() : keep;
            kept.append(keep ? line + '\n' : "");
        }
        return kept.toString();
    }

    @Override
    public URI uri() {
        Matcher ready = READY.matcher(log());
        assertThat(ready.find()).as(log()).isTrue();
        return URI.create(ready.group(1));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri().resolve(path)).timeout(PATIENCE).build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
    }

    /** Returns its process id. */
    public long pid() {
        return process.pid();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(log())
                .isTrue();
        return process.exitValue();
    }

    /** Sends SIGKILL and waits for its end. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
