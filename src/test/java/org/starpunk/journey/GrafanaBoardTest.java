package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The Grafana board and the Prometheus rules use only metrics that /metrics returns. */
class GrafanaBoardTest {

    private static final String TOKEN = "a-token-for-prometheus-of-some-length";
    private static final Pattern NAME = Pattern.compile("\\b((?:http|db|jvm|process|starpunk)_\\w+)(?=\\{)");
    private static final Pattern LABELS = Pattern.compile("\\bby \\(([^)]*)\\)");

    @Test
    void every_metric_and_label_of_the_board_exists() throws IOException {
        Set<String> names = new TreeSet<>();
        Set<String> labels = new TreeSet<>();
        JsonArray panels =
                new JsonObject(Files.readString(Path.of("docs/how-to/grafana-board.json"))).getJsonArray("panels");
        for (Object panel : panels) {
            for (Object target : ((JsonObject) panel).getJsonArray("targets")) {
                collect(((JsonObject) target).getString("expr"), names, labels);
            }
        }
        collect(Files.readString(Path.of("docs/how-to/watch-with-prometheus.md")), names, labels);
        assertThat(names).hasSizeGreaterThan(10);
        assertThat(labels).hasSizeGreaterThan(4);
        try (TestSite site = TestSite.start(
                        Map.of("METRICS_PROMETHEUS_ENABLED", "true", "METRICS_PROMETHEUS_TOKEN", TOKEN))
                .setUp()) {
            site.publish("A note", "tag");
            assertThat(site.get("/").statusCode()).isEqualTo(200);
            assertThat(site.get("/metrics").statusCode()).isEqualTo(401);
            Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                String text =
                        site.get("/metrics", "Authorization", "Bearer " + TOKEN).body();
                for (String name : names) {
                    assertThat(text).containsPattern("(?m)^" + name + "[{ ]");
                }
                for (String label : labels) {
                    assertThat(text).contains(label + "=\"");
                }
            });
        }
    }

    private static void collect(String text, Set<String> names, Set<String> labels) {
        Matcher name = NAME.matcher(text);
        while (name.find()) {
            names.add(name.group(1));
        }
        Matcher by = LABELS.matcher(text);
        while (by.find()) {
            labels.addAll(Set.of(by.group(1).split(", ")));
        }
    }
}
