package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.conformance.HostilePictureFiles;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/**
 * The largest allowed inputs from sixteen concurrent clients, against a process with the launcher's heap (128 MB),
 * which exits without memory. {@code -Dstarpunk.largest.seconds=600} makes it a long run.
 */
class LargestInputsTest {

    private static final int CLIENTS = 16;
    private static final int UPLOADERS = 4;
    private static final int LONGEST = 200_000;
    private static final long SECONDS = Long.getLong("starpunk.largest.seconds", 15);
    private static final long LONGEST_WAIT_MILLIS = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Map<String, String> LAUNCHER = Map.of(
            "JDK_JAVA_OPTIONS",
            "-Xms24m -Xmn12m -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=30",
            "MALLOC_ARENA_MAX",
            "1");

    private static final List<String> PAGES = List.of(
            "/",
            "/feed.rss",
            "/feed.atom",
            "/feed.json",
            "/feed",
            "/feed?all=true",
            "/feed.rss?all=true",
            "/feed.atom?all=true",
            "/feed.json?all=true",
            "/tags/large",
            "/tags/large/feed.rss",
            "/tags/large/feed.atom",
            "/tags/large/feed.json",
            "/tags",
            "/archive",
            "/feeds.opml",
            "/search?q=word",
            "/search?q=wor*",
            "/search?q=%22many+word%22",
            "/search?q=%5B%5B%5B");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final String token = SecretTokens.create();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final Queue<String> uploaded = new ConcurrentLinkedQueue<>();
    private final Queue<ResponseWait> authorWaits = new ConcurrentLinkedQueue<>();
    private @Nullable RunningProgram started;

    /** Time until the author received the whole response. */
    private record ResponseWait(String request, long millis) {}

    private RunningProgram program() {
        return Objects.requireNonNull(started);
    }

    private static String repeat(String part) {
        return part.repeat(LONGEST / part.codePointCount(0, part.length()));
    }

    private static final List<String> TEXTS = List.of(
            repeat("many word "),
            repeat("\uD83D\uDE80"),
            repeat("<"),
            repeat("["),
            repeat("http://a.example/ "),
            repeat("\uD83D\uDE80\n"));

    private static final List<String> HTML = List.of(
            repeat("<b><i><u><p>"), repeat("<table><tr><td>"), repeat("<a href=b>c</a> "), repeat("<p>&amp;</p>"));

    private static final List<String> MARKDOWN = List.of(
            repeat("*"),
            repeat("["),
            repeat("- a\n"),
            repeat("[a](b) "),
            "[a]: /" + "u".repeat(100_000) + "\n\n" + "[a]".repeat(30_000),
            repeat("> "),
            repeat("*a **a "));

    /**
     * Uploads of every format up to the largest allowed size, with hostile chunks, frames and scans, and their statuses. Each may also be
     * refused under load (503).
     */
    private static final Map<String, List<Integer>> PICTURES = Map.of(
            "png-ztxt", List.of(201),
            "png-unknown", List.of(201),
            "png-many-chunks", List.of(201),
            "jpg-segments", List.of(201),
            "jpg-100-scans", List.of(201, 413), // 413: a slow processor does not decode it in the allowed time
            "jpg-2000-scans", List.of(413),
            "gif-extensions", List.of(201),
            "gif-20-mb", List.of(413),
            "webp-chunks", List.of(201),
            "webp-frames", List.of(413));

    /** An upload and the file of its form. */
    private record LargeUpload(String kind, Path form) {}

    @Test
    void the_process_survives_the_author_is_served_and_acknowledged_writes_stay() throws Exception {
        try (TestSite site = TestSite.start().setUp()) {
            NewToken kept = new NewToken(
                    SecretTokens.hash(token),
                    "https://app.example/",
                    Scopes.parse("create update"),
                    Instant.now(),
                    null,
                    null);
            assertThat(TestSite.await(site.deployment().tokens().issue(kept))).isPresent();
            site.stop();
            List<LargeUpload> uploads = uploads();
            Map<String, String> environment = new HashMap<>(LAUNCHER);
            environment.putAll(site.database().environment());
            List<Socket> slow = new ArrayList<>();
            try (RunningProgram running = RunningProgram.serve(
                    folder, environment, "--data-dir", site.dataDir().toString())) {
                started = running;
                running.use(site.client());
                postLargest();
                for (int i = 0; i < 50; i++) {
                    slow.add(slowReader(PAGES.get(i % 13)));
                }
                readAndWrite(uploads);
                assertThat(unexpected).isEmpty();
                assertThat(authorWaits)
                        .isNotEmpty()
                        .allSatisfy(wait -> assertThat(wait.millis())
                                .as("%s of %s", wait, authorWaits)
                                .isLessThan(LONGEST_WAIT_MILLIS));
                assertThat(uploaded).isNotEmpty();
                for (String path :
                        Stream.concat(acknowledged.stream(), uploaded.stream()).toList()) {
                    assertThat(send(get(path)).statusCode()).as(path).isEqualTo(200);
                }
                assertThat(running.log()).doesNotContain("OutOfMemory");
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
            site.startAgain(0);
            assertThat(TestSite.await(site.deployment().notes().count())).isGreaterThanOrEqualTo(acknowledged.size());
        }
    }

    /** Posts every kind of text from concurrent clients, each as an app or in the composer. */
    private void postLargest() throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        int all = TEXTS.size() + HTML.size();
        clients(CLIENTS, () -> {
            for (int i = next.getAndIncrement(); i < 2 * all; i = next.getAndIncrement()) {
                int kind = i % all;
                boolean plain = kind < TEXTS.size();
                HttpRequest post = plain ? post(TEXTS.get(kind), "") : post("", HTML.get(kind - TEXTS.size()));
                created(send(post), true);
            }
        });
        for (String text : MARKDOWN) {
            HttpResponse<String> written = program().submit("/admin/notes/new", "/admin/notes", "text", text);
            expect(written.statusCode() == 303, "composer " + written.statusCode());
        }
    }

    private List<LargeUpload> uploads() throws IOException {
        List<LargeUpload> uploads = new ArrayList<>();
        for (String kind : PICTURES.keySet()) {
            ByteArrayOutputStream form = new ByteArrayOutputStream();
            form.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            form.writeBytes(HostilePictureFiles.of(kind));
            form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.US_ASCII));
            uploads.add(new LargeUpload(kind, Files.write(folder.resolve(kind), form.toByteArray())));
        }
        return uploads;
    }

    /** Sends requests of visitors and apps, while the author writes short notes and opens pages. */
    private void readAndWrite(List<LargeUpload> uploads) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        LongSupplier left = () -> end - System.nanoTime();
        AtomicInteger turn = new AtomicInteger();
        Thread app = new Thread(() -> {
            for (int i = 0; left.getAsLong() > 0; i++) {
                created(send(post(TEXTS.get(i % TEXTS.size()), "")), true);
                int listed = send(get("/micropub?q=source&limit=100&offset=" + i % 3))
                        .statusCode();
                expect(listed == 200 || listed == 503, "q=source " + listed);
            }
        });
        Thread author = new Thread(() -> {
            while (left.getAsLong() > 0) {
                timed("post", () -> created(send(post("A short note", "")), false));
                for (String page : List.of("/admin", "/admin/notes")) {
                    timed(page, () -> {
                        int status = program().get(page, "Accept", "text/html").statusCode();
                        expect(status == 200, page + ' ' + status);
                    });
                }
            }
        });
        AtomicInteger next = new AtomicInteger();
        List<Thread> uploaders = IntStream.range(0, UPLOADERS)
                .mapToObj(unused -> new Thread(() -> {
                    do {
                        upload(uploads.get(next.getAndIncrement() % uploads.size()));
                    } while (left.getAsLong() > 0 || next.get() < uploads.size());
                }))
                .toList();
        List<Thread> writers =
                Stream.concat(Stream.of(app, author), uploaders.stream()).toList();
        writers.forEach(Thread::start);
        clients(CLIENTS - writers.size(), () -> {
            while (left.getAsLong() > 0) {
                String page = PAGES.get(Math.floorMod(turn.getAndIncrement(), PAGES.size()));
                int status = send(get(page)).statusCode();
                expect(status == 200 || status == 503, page + ' ' + status);
            }
        });
        for (Thread writer : writers) {
            writer.join(PATIENCE.toMillis());
            assertThat(writer.isAlive()).isFalse();
        }
    }

    private void upload(LargeUpload upload) {
        try {
            HttpResponse<Void> answer = send(program()
                    .request(
                            "/micropub/media",
                            "Content-Type",
                            "multipart/form-data; boundary=b",
                            "Authorization",
                            "Bearer " + token)
                    .POST(BodyPublishers.ofFile(upload.form()))
                    .build());
            boolean expected =
                    Objects.requireNonNull(PICTURES.get(upload.kind())).contains(answer.statusCode());
            expect(expected || answer.statusCode() == 503, upload.kind() + ' ' + answer.statusCode());
            if (answer.statusCode() == 201) {
                uploaded.add(location(answer));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void timed(String what, Runnable work) {
        long start = System.nanoTime();
        work.run();
        authorWaits.add(new ResponseWait(
                what, Duration.ofNanos(System.nanoTime() - start).toMillis()));
    }

    private static void clients(int count, Runnable work) throws InterruptedException {
        List<Thread> clients =
                IntStream.range(0, count).mapToObj(unused -> new Thread(work)).toList();
        clients.forEach(Thread::start);
        for (Thread one : clients) {
            one.join(Duration.ofSeconds(SECONDS).plus(PATIENCE).toMillis());
            assertThat(one.isAlive()).isFalse();
        }
    }

    private void expect(boolean right, String otherwise) {
        if (!right) {
            unexpected.add(otherwise);
        }
    }

    /** @param mayBeRefused whether a 503 is allowed */
    private void created(HttpResponse<Void> answer, boolean mayBeRefused) {
        if (answer.statusCode() == 201) {
            acknowledged.add(location(answer));
        } else {
            expect(mayBeRefused && answer.statusCode() == 503, "post " + answer.statusCode());
        }
    }

    private static String location(HttpResponse<Void> answer) {
        return answer.headers().firstValue("Location").orElseThrow().replaceFirst("https?://[^/]+", "");
    }

    private HttpRequest get(String path) {
        return program().request(path, "Authorization", "Bearer " + token).build();
    }

    private HttpRequest post(String text, String html) {
        Object content = html.isEmpty() ? text : new JsonObject().put("html", html);
        JsonObject properties = new JsonObject()
                .put("content", new JsonArray().add(content))
                .put("category", new JsonArray().add("large"));
        if (!html.isEmpty()) {
            JsonArray photos = new JsonArray();
            for (int i = 0; i < 50; i++) {
                photos.add(
                        new JsonObject().put("value", "http://127.0.0.1:1/" + i).put("alt", "a".repeat(2_000)));
            }
            properties.put("photo", photos);
        }
        JsonObject note =
                new JsonObject().put("type", new JsonArray().add("h-entry")).put("properties", properties);
        return program()
                .request("/micropub", "Content-Type", "application/json", "Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(note.encode()))
                .build();
    }

    /** Sends a request. Counts a missing response as a failure, because the process has ended or hangs. */
    private HttpResponse<Void> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
            unexpected.add(request.method() + ' ' + request.uri() + ": " + e);
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a request and never reads the response. */
    private Socket slowReader(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), program().uri().getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
