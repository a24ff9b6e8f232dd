package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.starpunk.monitor.StreamedSeries;

/**
 * Reads the stream over HTTP for the number of minutes in {@code -Dstream.minutes=10}, and compares its series with the
 * JSON. Not part of the build: {@code ./mvnw test -Dtest=StreamSoakTest -Dstream.minutes=10}.
 */
@EnabledIfSystemProperty(named = "stream.minutes", matches = "[1-9][0-9]*")
class StreamSoakTest extends ServedMonitor {

    private static final String DATA = "data: ";

    @Test
    void the_series_of_the_stream_are_those_of_the_json() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long load = vertx.setPeriodic(10, unused -> request(random.nextInt(6) == 0 ? 500 : 200));
        StreamedSeries read = new StreamedSeries();
        long until = System.nanoTime() + 60_000_000_000L * Integer.getInteger("stream.minutes");
        HttpRequest stream = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/admin/metrics/stream"))
                .build();
        try (Stream<String> lines = client.send(stream, BodyHandlers.ofLines()).body()) {
            Iterator<String> each = lines.iterator();
            String event = "";
            while (System.nanoTime() < until) {
                String line = each.next();
                event = line.startsWith("event: ") ? line.substring(7) : event;
                if (line.startsWith(DATA) && event.equals("snapshot")) {
                    read.snapshot(new JsonObject(line.substring(DATA.length())));
                } else if (line.startsWith(DATA)) {
                    read.update(new JsonObject(line.substring(DATA.length())));
                }
            }
        }
        vertx.cancelTimer(load);
        JsonObject all = json();
        assertThat(read.points(all)).hasSizeGreaterThan(10);
        // The JSON is read after the stream has ended. Points that closed in between are not in the stream.
        assertThat(read.differences(all))
                .filteredOn(line -> !line.contains("absent"))
                .isEmpty();
        assertThat(read.differences(all)).hasSizeLessThan(15);
    }

    private void request(int status) {
        loop.runOnContext(unused -> {
            var request = recorder.requestStarted();
            recorder.requestEnded(request, NOTE, status, 0, 100);
        });
    }

    private JsonObject json() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/admin/metrics"))
                .header("Accept", "application/json")
                .build();
        return new JsonObject(client.send(request, BodyHandlers.ofString()).body());
    }
}
