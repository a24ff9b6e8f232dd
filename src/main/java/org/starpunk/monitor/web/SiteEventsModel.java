package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.starpunk.monitor.web.EventListsModel.DisplayedTime;

/** Lists of the dashboard: business events, and annotations of the server. */
final class SiteEventsModel {

    record BusinessEventItem(String name, String count, String mean, String max, DisplayedTime last) {}

    /** An annotation, such as a start, a migration or a sampling rate. */
    record AnnotationItem(String text, String kind, DisplayedTime when) {}

    private final JsonObject all;
    private final Instant now;

    SiteEventsModel(JsonObject all, Instant now) {
        this.all = all;
        this.now = now;
    }

    private DisplayedTime when(JsonObject from, String name) {
        return EventListsModel.when(from, name, now);
    }

    List<BusinessEventItem> business() {
        return JsonAccess.list(all, "business").stream()
                .map(event -> new BusinessEventItem(
                        JsonAccess.text(event, "name").replace('_', ' '),
                        NumberFormats.count(JsonAccess.number(event, "count")),
                        took(event, "mean_ms"),
                        took(event, "max_ms"),
                        when(event, "last_at")))
                .toList();
    }

    /** Formats a duration. Some events have none, which is unknown and not zero. */
    private static String took(JsonObject event, String name) {
        return JsonAccess.value(event, "max_ms") == 0
                ? NumberFormats.UNKNOWN
                : NumberFormats.fine(JsonAccess.number(event, name));
    }

    /** Returns the annotations, newest first. */
    List<AnnotationItem> markers() {
        return JsonAccess.list(all, "markers").stream()
                .map(marker -> new AnnotationItem(
                        JsonAccess.text(marker, "text"), JsonAccess.text(marker, "kind"), when(marker, "at")))
                .sorted(Comparator.comparing(
                                (AnnotationItem marker) -> marker.when().exact())
                        .reversed())
                .toList();
    }
}
