package org.starpunk.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.Deployment;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository;

/**
 * Simulated traffic of the demo site: on average three HTTP requests per second, of the kinds that a small site
 * receives, and sometimes a new note. Concurrency is limited, so that a slow machine is not slowed down further.
 */
final class DemoTraffic {

    private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);
    private static final long TICK_MILLIS = 250;
    private static final int AT_ONCE = 4;
    private static final long NOTE_MILLIS = 45_000;
    private static final List<String> WORDS = List.of(
            "garden", "train", "bread", "record", "index", "heron", "\"first frost\"", "tea", "prog*", "zeppelin");
    private static final List<String> FEEDS = List.of("/feed", "/feed.rss", "/feed.atom", "/feed.json");
    private static final List<String> WRONG = List.of(
            "/wp-login.php", "/notes/never-written", "/favicon.bmp", "/tags/nothing-of-the-kind", "/old/page.html");

    private final Vertx vertx;
    private final NoteRepository notes;
    private final HttpClient client;
    private final ZoneId zone;
    private final List<Note> written;
    private final DemoNotes texts;
    private final Random random = new Random();
    private int underWay;

    DemoTraffic(Deployment deployment, List<Note> written, DemoNotes texts) {
        this.zone = deployment.account().profile().zone();
        this.vertx = deployment.vertx();
        this.notes = deployment.notes();
        this.written = written;
        this.texts = texts;
        HttpClientOptions options = new HttpClientOptions()
                .setDefaultHost(deployment.uri().getHost())
                .setDefaultPort(deployment.port())
                .setConnectTimeout(2_000);
        this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(AT_ONCE));
    }

    /** Starts the traffic, which ends with the server's Vert.x. */
    void start() {
        vertx.runOnContext(unused -> {
            vertx.setPeriodic(TICK_MILLIS, tick -> tick());
            vertx.setPeriodic(NOTE_MILLIS, tick -> write());
        });
    }

    private void tick() {
        if (underWay < AT_ONCE && random.nextInt(4) > 0) {
            read(path());
        }
    }

    private void read(String path) {
        underWay++;
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setURI(path)
                        .setTimeout(10_000)
                        .putHeader("User-Agent", "StarPunk demo reader"))
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .onFailure(failure -> LOG.debug("a demo request failed", failure))
                .onComplete(unused -> underWay--);
    }

    /**
     * Returns a random path with the frequencies of a small site: mostly notes, many feeds, and some addresses that
     * never existed.
     */
    private String path() {
        Note note = written.get(Math.min(random.nextInt(written.size()), random.nextInt(written.size())));
        int kind = random.nextInt(100);
        if (kind < 40) {
            return note.path();
        }
        if (kind < 58) {
            return "/";
        }
        if (kind < 70) {
            return randomElement(FEEDS);
        }
        if (kind < 80) {
            return "/tags/" + encoded(randomElement(note.content().tags()).slug());
        }
        if (kind < 86) {
            return "/archive/" + note.published(zone).format(DateTimeFormatter.ofPattern("yyyy/MM", Locale.ROOT));
        }
        if (kind < 94) {
            return "/search?q=" + encoded(randomElement(WORDS));
        }
        return randomElement(WRONG);
    }

    private void write() {
        Future<Note> writing = notes.create(texts.at(null));
        writing.onSuccess(written::add).onFailure(failure -> LOG.debug("cannot create a demo note", failure));
    }

    private <T> T randomElement(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
