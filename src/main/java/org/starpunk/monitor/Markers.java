package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import org.starpunk.telemetry.Point;

/** What happened to the server itself, for lines in the charts: the newest 32. */
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

    /** The wall clock was set by some milliseconds. */
    void shift(long millis) {
        for (int i = markers.size(); i > 0; i--) {
            Marker marker = markers.removeFirst();
            markers.addLast(new Marker(marker.atMillis + millis, marker.kind, marker.text));
        }
    }

    /** Notes at their time those events that are more than events: the database was migrated, the site's settings were changed. */
    void note(Point point, long atMillis) {
        if (point.name().equals("migration")) {
            add(
                    atMillis,
                    Kind.MIGRATION,
                    "database brought to schema " + point.metadata().get("schema"));
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
