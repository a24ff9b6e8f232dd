package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Machine;

/** Debian's feed readers read the feeds. The second time they get 304, as observed on the server. */
class FeedReadersTest {

    @TempDir
    private Path home;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = home.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** Returns the number of responses with a status, as counted by the monitor. */
    private long answers(String route, int status) {
        return site.json("/admin/metrics?recent=1000").getJsonArray("recent").stream()
                .map(metric -> ((JsonObject) metric).getJsonObject("metadata"))
                .filter(about -> route.equals(about.getString("route")))
                .filter(about -> status == about.getInteger("status", 0))
                .count();
    }

    private void assertAnswers(int status, long times, String... routes) {
        for (String route : routes) {
            await().untilAsserted(() -> assertThat(answers(route, status))
                    .as("%d of %s", status, route)
                    .isEqualTo(times));
        }
    }

    private void publish() {
        site.publish("A note with *emphasis* & an é", "feeds");
        site.publish("# A second one\n\nשלום", "feeds");
    }

    @Test
    void newsboat_reads_the_feeds_and_gets_304_until_something_changes() throws Exception {
        Machine.needs("newsboat", "newsboat");
        publish();
        Path urls = Files.write(
                home.resolve("urls"),
                List.of(site.uri() + "/feed.rss", site.uri() + "/feed.atom", site.uri() + "/tags/feeds/feed.rss"));
        Path config = Files.writeString(home.resolve("config"), "suppress-first-reload yes\n");
        String[] reload = newsboat(urls, config, "reload");
        run(reload);
        run(reload); // newsboat stores a feed's tag and date from the second time on
        assertAnswers(200, 2, "/feed.rss", "/feed.atom", "/tags/:tag/feed.rss");
        assertThat(run(newsboat(urls, config, "print-unread")))
                .as("each note once, whatever feeds it stands in")
                .startsWith("2 unread");
        run(reload);
        assertAnswers(304, 1, "/feed.rss", "/feed.atom", "/tags/:tag/feed.rss");
        assertAnswers(200, 2, "/feed.rss");
        site.publish("Something new", "");
        run(reload);
        assertAnswers(200, 3, "/feed.rss", "/feed.atom");
        assertAnswers(304, 2, "/tags/:tag/feed.rss");
        assertThat(run(newsboat(urls, config, "print-unread"))).startsWith("3 unread");
    }

    private String[] newsboat(Path urls, Path config, String command) {
        String cache = home.resolve("cache.db").toString();
        return new String[] {
            "newsboat", "-q", "-u", urls.toString(), "-c", cache, "-C", config.toString(), "-x", command
        };
    }

    @Test
    void rss2email_posts_each_note_once_and_gets_304_until_something_changes() throws Exception {
        Machine.needs("r2e", "rss2email");
        publish();
        Path mail = Files.createDirectories(home.resolve("mail"));
        Path config = Files.writeString(home.resolve("r2e.cfg"), """
                        [DEFAULT]
                        from = r2e@example.org
                        to = reader@example.org
                        email-protocol = maildir
                        maildir-path = %s
                        maildir-mailbox = INBOX
                        [feed.site]
                        url = %s/feed
                        """.formatted(mail, site.uri()));
        String[] fetch = {
            "r2e", "-c", config.toString(), "-d", home.resolve("r2e.json").toString(), "run"
        };
        run(fetch);
        assertAnswers(200, 1, "/feed");
        assertThat(letters(mail))
                .hasSize(2)
                .anySatisfy(letter -> assertThat(letter).contains("emphasis"));
        run(fetch);
        assertAnswers(304, 1, "/feed");
        assertThat(letters(mail)).hasSize(2);
        site.publish("Something new", "");
        run(fetch);
        assertAnswers(200, 2, "/feed");
        assertThat(letters(mail)).hasSize(3);
    }

    private static List<String> letters(Path mail) throws IOException {
        try (Stream<Path> files = Files.walk(mail)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/new/"))
                    .map(FeedReadersTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
