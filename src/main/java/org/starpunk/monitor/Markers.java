package org.starpunk.monitor;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;

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

    @Override
    public Iterator<Marker> iterator() {
        return markers.iterator();
    }

    int bytes() {
        return markers.size() * 160 + 200;
    }
}
