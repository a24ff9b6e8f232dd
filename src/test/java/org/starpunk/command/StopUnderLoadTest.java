package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.CookieManager;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.command.KeepAliveConnection.KeepAliveResponse;
import org.starpunk.journey.TestSite;

/**
 * SIGTERM under load: readers, authors, uploads, viewers. {@code -Dstops=50} repeats it; the aim is 50 stops without
 * one failed request.
 */
class StopUnderLoadTest {

    private static final int ROUNDS = Integer.getInteger("stops", 2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");

    @TempDir
    Path folder;

    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private String cookie = "";
    private volatile boolean terminated;

    @Test
    void no_request_under_way_fails_and_nothing_acknowledged_is_lost() throws Exception {
        TestSite site = TestSite.start().setUp();
        for (int i = 0; i < 30; i++) {
            site.publish("Note " + i + " with some *text*", "tag");
        }
        cookie = cookie(site);
        site.stop();
        for (int round = 0; round < ROUNDS; round++) {
            stopOnce(site.dataDir(), round);
        }
        site.startAgain(0);
        for (String address : acknowledged) {
            assertThat(site.get(address).statusCode()).as(address).isEqualTo(200);
        }
        System.out.println(ROUNDS + " stops under load: " + answered + " requests answered, " + failures.size()
                + " failed, " + acknowledged.size() + " notes acknowledged and found");
        site.close();
    }

    /** A proxy needs the notification while its requests are still processed. */
    @Test
    void for_the_configured_delay_a_stopping_site_says_that_it_is_not_ready_and_answers_all_the_same()
            throws Exception {
        try (RunningProgram program = RunningProgram.serve(folder, Map.of("STARPUNK_SHUTDOWN_DELAY", "60"));
                KeepAliveConnection kept = new KeepAliveConnection(program.uri().getPort())) {
            int port = program.uri().getPort();
            assertThat(kept.get("/").last()).isFalse();
            program.terminate();
            await().atMost(PATIENCE).until(() -> program.get("/readyz").statusCode() == 503);
            assertThat(program.get("/livez").statusCode()).isEqualTo(200);
            KeepAliveResponse page = kept.get("/");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.last()).isTrue();
            try (KeepAliveConnection fresh = new KeepAliveConnection(port)) {
                assertThat(fresh.get("/").status()).isEqualTo(200);
            }
        }
        try (RunningProgram program = RunningProgram.serve(folder, Map.of("STARPUNK_SHUTDOWN_DELAY", "1"))) {
            program.terminate();
            assertThat(program.exitCode()).as("when the delay is over").isEqualTo(143);
        }
    }

    @Test
    void kill_9_loses_no_acknowledged_note_and_no_login() throws Exception {
        TestSite site = TestSite.start().setUp();
        cookie = cookie(site);
        site.stop();
        ExecutorService clients = Executors.newCachedThreadPool();
        try (RunningProgram program = RunningProgram.serve(
                folder, Map.of(), "--data-dir", site.dataDir().toString())) {
            int port = program.uri().getPort();
            String token;
            try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
                token = token(connection);
            }
            clients.execute(() -> write(port, token, "a"));
            clients.execute(() -> write(port, token, "b"));
            await().atMost(PATIENCE).until(() -> acknowledged.size() > 50);
            program.kill();
        } finally {
            clients.shutdown();
            assertThat(clients.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        }
        site.startAgain(0);
        assertThat(site.get("/admin/notes", "Accept", "text/html").statusCode()).isEqualTo(200);
        for (String address : acknowledged) {
            assertThat(site.get(address).statusCode()).as(address).isEqualTo(200);
        }
        site.close();
    }

    private static String cookie(TestSite site) {
        return "Cookie: starpunk="
                + ((CookieManager) site.client().cookieHandler().orElseThrow())
                        .getCookieStore().getCookies().stream()
                                .filter(one -> one.getName().equals("starpunk"))
                                .findFirst()
                                .orElseThrow()
                                .getValue();
    }

    private void stopOnce(Path dataDir, int round) throws Exception {
        ExecutorService clients = Executors.newCachedThreadPool();
        int before = answered.get();
        terminated = false;
        // Long enough for the steps of the test on a busy machine.
        Map<String, String> patient = Map.of("STARPUNK_SHUTDOWN_TIMEOUT", "120", "STARPUNK_REQUEST_TIMEOUT", "120");
        try (RunningProgram program = RunningProgram.serve(folder, patient, "--data-dir", dataDir.toString());
                KeepAliveConnection viewer =
                        new KeepAliveConnection(program.uri().getPort());
                KeepAliveConnection idle = new KeepAliveConnection(program.uri().getPort());
                KeepAliveConnection half = new KeepAliveConnection(program.uri().getPort());
                KeepAliveConnection late = new KeepAliveConnection(program.uri().getPort())) {
            int port = program.uri().getPort();
            String token = token(idle);
            viewer.write("GET /admin/metrics/stream HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n\r\n");
            for (int i = 0; i < 6; i++) {
                clients.execute(() -> read(port));
            }
            clients.execute(() -> readOnce(port));
            clients.execute(() -> write(port, token, "r" + round));
            String slow = form("text", "A slow note " + round, "status", "published", "csrf", token);
            late.write(KeepAliveConnection.postHead("/admin/notes", slow, cookie) + slow.substring(0, 9));
            half.write("GET /tags HTTP/1.1\r\nHost: loc");
            await().atMost(PATIENCE).until(() -> answered.get() > before + 300);

            terminated = true;
            program.terminate();
            // From here on, a health check would report that the site is not ready, if it got a response at all.
            await().atMost(PATIENCE).until(() -> refused(port));
            late.write(slow.substring(9));
            KeepAliveResponse posted = late.read();
            assertThat(posted.status()).as(posted.body()).isEqualTo(303);
            acknowledged.add(location(posted));
            assertThat(viewer.rest()).contains("retry: ", "event: bye").contains("stopping");
            assertThat(idle.rest()).isEmpty();
            assertThat(half.rest())
                    .as("half a head is no request, and waited for by nobody")
                    .isEmpty();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(program.logOfItself()).doesNotContain(" WARN ", " ERROR ", "\tat ");
        } finally {
            clients.shutdown();
            assertThat(clients.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failures).isEmpty();
    }

    private String token(KeepAliveConnection connection) throws IOException {
        Matcher token = CSRF.matcher(connection.get("/admin/notes/new", cookie).body());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    /** Reads pages through one connection until a response announces its end. */
    private void read(int port) {
        List<String> pages = List.of("/", "/feed.atom", "/search?q=text", "/static/css/site.css", "/tags/tag");
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            try {
                for (int i = 0; ; i++) {
                    KeepAliveResponse answer = connection.get(pages.get(i % pages.size()));
                    answered(answer, 200);
                    if (answer.last()) {
                        return;
                    }
                }
            } catch (IOException e) {
                failed("a reader", connection, e);
            }
        } catch (IOException e) {
            failures.add("a reader: " + e);
        }
    }

    private void failed(String who, KeepAliveConnection connection, IOException failure) {
        if (!terminated || !connection.wasQuiet()) {
            failures.add(who + ": " + failure);
        }
    }

    /**
     * Opens a connection per page until the port is closed. During the close, the system may accept a connection that
     * the server never receives, which counts as refused.
     */
    private void readOnce(int port) {
        while (true) {
            boolean stopping = terminated;
            try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
                answered(connection.get("/", "Connection: close"), 200);
            } catch (ConnectException stopped) {
                return;
            } catch (IOException e) {
                if (!stopping) {
                    failures.add("a reader with a new connection: " + e);
                }
                return;
            }
        }
    }

    private void write(int port, String token, String round) {
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            try {
                for (int i = 0; ; i++) {
                    String text = "Written under load " + round + " " + i;
                    KeepAliveResponse answer = connection.post(
                            "/admin/notes", form("text", text, "status", "published", "csrf", token), cookie);
                    answered(answer, 303);
                    acknowledged.add(location(answer));
                    if (answer.last()) {
                        return;
                    }
                }
            } catch (IOException e) {
                failed("an author", connection, e);
            }
        } catch (IOException e) {
            failures.add("an author: " + e);
        }
    }

    private void answered(KeepAliveResponse answer, int status) {
        answered.incrementAndGet();
        if (answer.status() != status) {
            failures.add(answer.head());
        }
    }

    private static String location(KeepAliveResponse answer) {
        return answer.head()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
                .findFirst()
                .orElseThrow()
                .substring(10);
    }

    private static String form(String... fields) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(fields[i] + '=' + URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }

    private static boolean refused(int port) {
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            KeepAliveResponse health = connection.get("/readyz");
            assertThat(health.status()).isIn(200, 503);
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
