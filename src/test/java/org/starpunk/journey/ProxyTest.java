package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.admin.SetupLink;

/** Debian's nginx, with the configuration of docs/how-to/behind-a-proxy.md. */
class ProxyTest {

    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Pattern BLOCK = Pattern.compile("(?s)```nginx\n(.*?)```");
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");

    @TempDir
    static Path folder;

    private static TestSite site;
    private static HttpClient author;
    private static @Nullable Process nginx;
    private static int port;
    private static SSLContext tls;

    @BeforeAll
    static void start() throws Exception {
        boolean there = Files.isExecutable(NGINX);
        if (System.getenv("CI") != null) {
            assertThat(there).as("nginx is installed").isTrue();
        }
        assumeTrue(there, "there is no " + NGINX + ": install nginx-light to run this test");
        Pem pem = Pem.create(folder, "localhost");
        tls = pem.trusting();
        port = freePort();
        site = TestSite.start(
                Map.of("STARPUNK_BASE_URL", "https://localhost:" + port, "STARPUNK_TRUSTED_PROXIES", "127.0.0.1"));
        author = client();
        startNginx(pem);
        setUp();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void startNginx(Pem pem) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/how-to/behind-a-proxy.md")));
        assertThat(block.find()).isTrue();
        String documented = block.group(1)
                .replace("listen 443", "listen 127.0.0.1:" + port)
                .replace("listen 80", "listen 127.0.0.1:" + freePort())
                .replace("notes.example.org", "localhost")
                .replace(
                        "/etc/letsencrypt/live/localhost/fullchain.pem",
                        pem.certificate().toString())
                .replace(
                        "/etc/letsencrypt/live/localhost/privkey.pem", pem.key().toString())
                .replace("127.0.0.1:8080", "127.0.0.1:" + site.uri().getPort());
        StringBuilder temporary = new StringBuilder();
        for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            temporary
                    .append(kind)
                    .append("_temp_path ")
                    .append(folder.resolve(kind))
                    .append(";\n");
        }
        Path file = folder.resolve("nginx.conf");
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        Files.writeString(
                file,
                user + "daemon off;\nworker_processes 1;\npid " + folder.resolve("nginx.pid") + ";\nevents {}\nhttp {\n"
                        + temporary + "access_log off;\n" + documented + "}\n");
        Process started = new ProcessBuilder(
                        NGINX.toString(), "-e", folder.resolve("error.log").toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        nginx = started;
        await().atMost(Duration.ofSeconds(30)).until(() -> listens(started));
    }

    private static boolean listens(Process started) throws IOException {
        assertThat(started.isAlive())
                .as(Files.readString(folder.resolve("nginx.out")))
                .isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void setUp() throws Exception {
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
    static void stop() throws InterruptedException {
        if (nginx != null) {
            nginx.destroy();
            nginx.waitFor();
        }
        if (site != null) {
            site.close();
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<String> get(HttpClient client, String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> submit(HttpClient client, String page, String action, String fields)
            throws Exception {
        return client.send(
                request(action)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", "https://localhost:" + port)
                        .POST(BodyPublishers.ofString("csrf=" + token(client, page) + "&" + fields))
                        .build(),
                BodyHandlers.ofString());
    }

    private static String token(HttpClient client, String page) throws Exception {
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
        // A client's own header gets past nobody.
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
        assertThat(upload(new byte[22_000_000])).isEqualTo(413);
    }

    private static int upload(byte[] content) throws Exception {
        String head = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token(author, "/admin/notes/new")
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n";
        HttpRequest post = request("/admin/photos")
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofByteArray(content),
                        BodyPublishers.ofString("\r\n--b--\r\n")))
                .build();
        return author.send(post, BodyHandlers.ofString()).statusCode();
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
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ask("127.0.0.2", guess, form).startsWith("HTTP/1.1 429"));
        assertThat(ask("127.0.0.3", guess, form)).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 429");
    }

    /** Asks from one of this machine's addresses. */
    private static String ask(String from, String head, String... body) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (Socket socket = tls.getSocketFactory().createSocket(loopback, port, InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(60_000);
            String text = head + "Host: localhost:" + port + "\r\n\r\n" + String.join("", body);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
