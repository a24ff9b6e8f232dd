package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Ports;
import org.starpunk.admin.SetupLink;
import org.starpunk.command.Program;

/**
 * The site behind a proxy with the configuration in docs/how-to/behind-a-proxy.md. Only ports, names and paths are
 * replaced.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BehindProxy {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");

    Path folder;

    private PemCertificate pem;
    private TestSite site;
    private HttpClient author;
    private Process proxy;
    private int port;
    private SSLContext tls;

    /** Skips the test if the proxy is not installed. */
    abstract void need();

    /** Returns the command line of the proxy, whose files are in the folder. */
    abstract List<String> configure(String documented) throws IOException;

    /** Returns the protocol over which a client receives the refusal of an upload that it is still sending. */
    HttpVersion uploads() {
        return HttpVersion.HTTP_1_1;
    }

    /** Returns the language of the code block in the documentation. */
    abstract String language();

    @BeforeAll
    void start(@TempDir Path shared) throws Exception {
        folder = shared;
        need();
        pem = PemCertificate.create(folder, "localhost");
        tls = pem.trusting();
        port = Ports.free();
        site = TestSite.start(
                Map.of("STARPUNK_BASE_URL", "https://localhost:" + port, "STARPUNK_TRUSTED_PROXIES", "127.0.0.1"));
        author = client();
        ProcessBuilder starting = new ProcessBuilder(configure(documented()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("proxy.out").toFile());
        starting.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        starting.environment().put("HOME", folder.toString());
        proxy = starting.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> listens(proxy));
        setUp();
    }

    private String documented() throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language() + "\n(.*?)```")
                .matcher(Files.readString(Path.of("docs/how-to/behind-a-proxy.md")));
        assertThat(block.find()).isTrue();
        return block.group(1)
                .replace("127.0.0.1:8080", "127.0.0.1:" + site.uri().getPort());
    }

    int port() {
        return port;
    }

    PemCertificate pem() {
        return pem;
    }

    private boolean listens(Process started) throws IOException {
        assertThat(started.isAlive())
                .as(Files.readString(folder.resolve("proxy.out")))
                .isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private void setUp() throws Exception {
        String link = TestSite.await(SetupLink.create(site.deployment().account(), "", Clock.systemUTC()));
        HttpResponse<String> done = submit(
                author,
                link,
                link,
                "site_name=S&author_name=A&password=" + encode(TestSite.PASSWORD) + "&"
                        + link.substring(link.indexOf("t=")));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
        assertThat(done.headers().allValues("Set-Cookie"))
                .anyMatch(cookie -> cookie.startsWith("__Host-starpunk=") && cookie.contains("; Secure"));
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (proxy != null) {
            proxy.destroy();
            assertThat(proxy.waitFor()).isNotNegative();
        }
        if (site != null) {
            site.close();
        }
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> get(HttpClient client, String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> submit(HttpClient client, String page, String action, String fields) throws Exception {
        return client.send(
                request(action)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", "https://localhost:" + port)
                        .POST(BodyPublishers.ofString("csrf=" + token(client, page) + "&" + fields))
                        .build(),
                BodyHandlers.ofString());
    }

    private String token(HttpClient client, String page) throws Exception {
        Matcher token = CSRF.matcher(get(client, page, "Accept", "text/html").body());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void pages_come_by_http_2_with_the_sites_own_address_and_hsts() throws Exception {
        HttpResponse<String> published =
                submit(author, "/admin/notes/new", "/admin/notes", "text=Behind+a+proxy&slug=proxied&status=published");
        assertThat(published.statusCode()).isEqualTo(303);
        HttpResponse<String> note = get(author, "/notes/proxied");
        assertThat(note.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(note.body()).contains("Behind a proxy", "https://localhost:" + port + "/notes/proxied");
        assertThat(note.headers().firstValue("Strict-Transport-Security")).isPresent();
        // A client's own header is not forwarded.
        HttpResponse<String> forged =
                get(author, "/feed.atom", "X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example");
        assertThat(forged.body()).contains("https://localhost:" + port).doesNotContain("evil.example");
    }

    @Test
    void the_stream_comes_at_once_and_not_when_a_buffer_is_full() throws Exception {
        HttpResponse<InputStream> stream =
                author.send(request("/admin/metrics/stream").build(), BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (!line.equals("event: snapshot")) {
                line = lines.readLine();
                assertThat(line).as("the stream goes on").isNotNull();
            }
        }
    }

    @Test
    void an_upload_of_the_sites_limit_passes_and_a_larger_one_gets_an_answer() throws Exception {
        byte[] nearly = new byte[19_000_000];
        assertThat(upload(nearly)).as("no picture, says the site").isIn(400, 415, 422);
        int refused = upload(new byte[22_000_000]);
        assertThat(refused).as(Files.readString(folder.resolve("proxy.out"))).isEqualTo(413);
    }

    /** Uses Vert.x's client, which reads a response that arrives before the request is complete. */
    private int upload(byte[] content) throws Exception {
        String head = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token(author, "/admin/notes/new")
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n";
        Buffer body = Buffer.buffer(head).appendBytes(content).appendString("\r\n--b--\r\n");
        String cookies = String.join(
                "; ",
                author.cookieHandler()
                        .orElseThrow()
                        .get(URI.create("https://localhost:" + port), Map.of())
                        .get("Cookie"));
        Vertx vertx = Vertx.vertx();
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(uploads())
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(pem.certificate().toString())));
        try {
            return TestSite.await(client.request(HttpMethod.POST, port, "localhost", "/admin/photos")
                    .compose(request -> request.putHeader("Content-Type", "multipart/form-data; boundary=b")
                            .putHeader("Cookie", cookies)
                            .putHeader("Origin", "https://localhost:" + port)
                            .send(body))
                    .map(HttpClientResponse::statusCode));
        } finally {
            TestSite.await(client.close());
            TestSite.await(vertx.close());
        }
    }

    @Test
    void the_doctor_sees_that_the_proxy_is_trusted_and_tells_who_asks() throws Exception {
        Program.ProgramResult ended = new Program(folder)
                .run(
                        Map.of(
                                "STARPUNK_BASE_URL",
                                "https://localhost:" + port,
                                "STARPUNK_TRUSTED_PROXIES",
                                "127.0.0.1",
                                "JAVA_TOOL_OPTIONS",
                                pem.trustedByJava(folder)),
                        "doctor",
                        "--listen",
                        "127.0.0.1:" + site.uri().getPort(),
                        "--data-dir",
                        site.dataDir().toString());
        assertThat(ended.out())
                .contains(
                        "the proxy at 127.0.0.1 is trusted; the site sees requests of 127.0.0.1, with https, for localhost:")
                .contains("ok       certificate    trusted, until ")
                .contains("ok       base url");
        assertThat(ended.exitCode()).as(ended.out()).isZero();
        assertThat(site.dataDir().resolve("doctor.key")).doesNotExist();
    }

    @Test
    void guesses_of_one_client_do_not_lock_out_another() throws Exception {
        String page = ask("127.0.0.2", "GET /admin/login HTTP/1.0\r\n");
        Matcher token = CSRF.matcher(page);
        Matcher cookie = Pattern.compile("(?i)set-cookie: ([^;]+)").matcher(page);
        assertThat(token.find() && cookie.find()).as(page).isTrue();
        String form = "csrf=" + token.group(1) + "&password=wrong+and+long+enough";
        String guess =
                "POST /admin/login HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                        + form.length() + "\r\nCookie: " + cookie.group(1) + "\r\n";
        await().atMost(Duration.ofMinutes(2)).until(() -> status(ask("127.0.0.2", guess, form)) == 429);
        assertThat(status(ask("127.0.0.3", guess, form))).isNotEqualTo(429);
    }

    private static int status(String answer) {
        assertThat(answer).startsWith("HTTP/1.");
        return Integer.parseInt(answer.split(" ")[1]);
    }

    /** Sends a request from one of this machine's addresses. */
    private String ask(String from, String head, String... body) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Socket socket = tls.getSocketFactory().createSocket(loopback, port, InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(120_000);
            String text = head + "Host: localhost:" + port + "\r\n\r\n" + String.join("", body);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
