package org.starpunk.journey;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
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
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.starpunk.Deployment;
import org.starpunk.TestDatabase;
import org.starpunk.admin.SetupLink;
import org.starpunk.config.Settings;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.TagNames;

/**
 * A server of its own for a test: on a free port, with a temporary data directory, which is deleted at the end. The client keeps
 * cookies and follows no redirects.
 */
public final class TestSite implements AutoCloseable {

    /** The password that {@link #setUp()} gives the author. */
    public static final String PASSWORD = "correct horse battery staple";

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path dataDir;
    private final TestDatabase database;
    private final Map<String, String> environment;
    private Deployment deployment;
    private HttpClient client = newClient();

    private TestSite(Path dataDir, Map<String, String> environment) {
        this.dataDir = dataDir;
        this.database = TestDatabase.in(dataDir);
        this.environment = environment;
        this.deployment = deploy(0);
    }

    /** Starts a server with these variables over the defaults. */
    public static TestSite start(Map<String, String> environment) {
        try {
            return new TestSite(Files.createTempDirectory("starpunk-test"), environment);
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
        variables.put("STARPUNK_INSTANCES", "2");
        variables.put("STARPUNK_BACKUP_ENABLED", "false");
        variables.putAll(environment);
        return await(Deployment.start(Settings.of(variables)));
    }

    /** Stops the server and starts it again on the same port and data; cookies stay. */
    public void restart() {
        int port = deployment.port();
        await(deployment.stop());
        deployment = deploy(port);
    }

    /** Stops the server, and leaves its data. */
    public void stop() {
        await(deployment.stop());
    }

    /** Starts the server that was stopped, on a port. */
    public void startAgain(int port) {
        deployment = deploy(port);
    }

    public Deployment deployment() {
        return deployment;
    }

    public Path dataDir() {
        return dataDir;
    }

    /** The database, past the server. */
    public TestDatabase database() {
        return database;
    }

    /** {@code http://127.0.0.1:40123}. */
    public URI uri() {
        return deployment.uri();
    }

    /** The result of a future, waited for. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e.getCause() == null ? e : e.getCause());
        }
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** The client, with its cookies. */
    public HttpClient client() {
        return client;
    }

    /** The client's cookies, as the header of a request carries them. */
    public String cookies() {
        try {
            return String.join(
                    "; ",
                    client.cookieHandler().orElseThrow().get(uri(), Map.of()).getOrDefault("Cookie", List.of()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on a client that was this site's before, with the cookies that it has. */
    public void use(HttpClient before) {
        client = before;
    }

    /** From now on a client without cookies. */
    public void forgetCookies() {
        client = newClient();
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    public HttpResponse<String> head(String path, String... headers) {
        return send(
                request(path, headers).method("HEAD", BodyPublishers.noBody()).build());
    }

    /** A JSON answer, which must be 200. */
    public JsonObject json(String path) {
        HttpResponse<String> response = get(path, "Accept", "application/json");
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return new JsonObject(response.body());
    }

    /** Posts a form's fields: name, value, name, value. */
    public HttpResponse<String> post(String path, String... fields) {
        return send(request(path, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
                .POST(BodyPublishers.ofString(form(fields)))
                .build());
    }

    /** Opens a page, takes the token of its form, and posts the fields with it. */
    public HttpResponse<String> submit(String page, String action, String... fields) {
        HttpResponse<String> form = get(page, "Accept", "text/html");
        Matcher token = CSRF.matcher(form.body());
        if (!token.find()) {
            throw new AssertionError(page + " (" + form.statusCode() + ") has no form with a token: " + form.body());
        }
        String[] all = Stream.concat(Stream.of("csrf", token.group(1)), Stream.of(fields))
                .toArray(String[]::new);
        return post(action, all);
    }

    private static String form(String... fields) {
        return Stream.iterate(0, i -> i < fields.length, i -> i + 2)
                .map(i -> encode(fields[i]) + '=' + encode(fields[i + 1]))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(uri() + path)).timeout(PATIENCE);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder;
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The author takes the site over, by its setup link in the browser, and is logged in. */
    public TestSite setUp() {
        String link = await(SetupLink.create(deployment.account(), "", java.time.Clock.systemUTC()));
        HttpResponse<String> done = submit(
                link,
                link,
                "t",
                link.substring(link.indexOf("t=") + 2),
                "site_name",
                "Test site",
                "site_url",
                uri().toString(),
                "author_name",
                "Ada Author",
                "password",
                PASSWORD);
        if (done.statusCode() != 303) {
            throw new AssertionError("setup answered " + done.statusCode() + ": " + done.body());
        }
        return this;
    }

    /** Writes a public note, past the composer. */
    public Note publish(String text, String tags) {
        Note.Content content = new Note.Content(
                null,
                text,
                Note.Format.MARKDOWN,
                TagNames.parse(tags),
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
