package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import org.starpunk.telemetry.Point;

/** Annotations of the charts: the newest {@value #MOST} events of the server, such as a start or an alert. */
final class Markers implements Iterable<Markers.Marker> {

    enum Kind {
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

    record Marker(long atMillis, Kind kind, String text) {}

    private static final int MOST = 32;

    private final ArrayDeque<Marker> markers = new ArrayDeque<>();

    void add(long atMillis, Kind kind, String text) {
        if (markers.size() == MOST) {
            markers.removeFirst();
        }
        markers.addLast(new Marker(atMillis, kind, text));
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        for (int i = markers.size(); i > 0; i--) {
            Marker marker = markers.removeFirst();
            markers.addLast(new Marker(marker.atMillis + millis, marker.kind, marker.text));
        }
    }

    /** Adds an annotation for a business event that affects the whole server: a migration, or changed settings. */
    void note(Point point, long atMillis) {
        if (point.name().equals("migration")) {
            add(
                    atMillis,
                    Kind.MIGRATION,
                    "database migrated to schema " + point.metadata().get("schema"));
        } else if (point.name().equals("settings_changed")) {
            add(atMillis, Kind.CONFIGURATION, "the site's settings were changed");
        }
    }

    @Override
    public Iterator<Marker> iterator() {
        return markers.iterator();
    }

    int bytes() {
        return markers.size() * 160 + 200;
    }
}
