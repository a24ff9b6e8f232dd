package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.starpunk.monitor.web.Lists.When;

/** Lists of the dashboard: business events, and annotations of the server. */
final class SiteEvents {

    record Event(String name, String count, String mean, String max, When last) {}

    /** An annotation, such as a start, a migration or a sampling rate. */
    record Marker(String text, String kind, When when) {}

    private final JsonObject all;
    private final Instant now;

    SiteEvents(JsonObject all, Instant now) {
        this.all = all;
        this.now = now;
    }

    private When when(JsonObject from, String name) {
        return Lists.when(from, name, now);
    }

    List<Event> business() {
        return Read.list(all, "business").stream()
                .map(event -> new Event(
                        Read.text(event, "name").replace('_', ' '),
                        Format.count(Read.number(event, "count")),
                        took(event, "mean_ms"),
                        took(event, "max_ms"),
                        when(event, "last_at")))
                .toList();
    }

    /** Formats a duration. Some events have none, which is unknown and not zero. */
    private static String took(JsonObject event, String name) {
        return Read.value(event, "max_ms") == 0 ? Format.UNKNOWN : Format.fine(Read.number(event, name));
    }

    /** Returns the annotations, newest first. */
    List<Marker> markers() {
        return Read.list(all, "markers").stream()
                .map(marker -> new Marker(Read.text(marker, "text"), Read.text(marker, "kind"), when(marker, "at")))
                .sorted(Comparator.comparing((Marker marker) -> marker.when().exact())
                        .reversed())
                .toList();
    }
}
