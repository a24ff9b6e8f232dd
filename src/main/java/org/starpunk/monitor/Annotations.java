package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import org.starpunk.telemetry.CustomEvent;

/** Annotations of the charts: the newest {@value #MAX_ANNOTATIONS} events of the server, such as a start or an alert. */
final class Annotations implements Iterable<Annotations.Annotation> {

    enum AnnotationType {
        START,
        VERSION,
        CONFIGURATION,
        MIGRATION,
        SAMPLING,
        CLEAR,
        ALERT;

        String jsonName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Annotation(long atMillis, AnnotationType kind, String text) {}

    private static final int MAX_ANNOTATIONS = 32;

    private final ArrayDeque<Annotation> markers = new ArrayDeque<>();

    void add(long atMillis, AnnotationType kind, String text) {
        if (markers.size() == MAX_ANNOTATIONS) {
            markers.removeFirst();
        }
        markers.addLast(new Annotation(atMillis, kind, text));
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        for (int i = markers.size(); i > 0; i--) {
            Annotation marker = markers.removeFirst();
            markers.addLast(new Annotation(marker.atMillis + millis, marker.kind, marker.text));
        }
    }

    /** Adds an annotation for a business event that affects the whole server: a migration, or changed settings. */
    void note(CustomEvent point, long atMillis) {
        if (point.name().equals("migration")) {
            add(
                    atMillis,
                    AnnotationType.MIGRATION,
                    "database migrated to schema " + point.metadata().get("schema"));
        } else if (point.name().equals("settings_changed")) {
            add(atMillis, AnnotationType.CONFIGURATION, "the site's settings were changed");
        }
    }

    @Override
    public Iterator<Annotation> iterator() {
        return markers.iterator();
    }

    int bytes() {
        return markers.size() * 160 + 200;
    }
}
