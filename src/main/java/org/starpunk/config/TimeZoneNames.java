package org.starpunk.config;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names of the time zones in the IANA database. */
public final class TimeZoneNames {

    /** Completes "Give …" in a message, and "allowed: …" in a report of settings. */
    public static final String ALLOWED =
            "the name of a time zone, such as Europe/Berlin, America/New_York, Asia/Kolkata or UTC";

    private static final Set<String> AREAS =
            Set.of("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific");
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int LAST_WEST = -12;
    private static final int LAST_EAST = 14;

    private TimeZoneNames() {}

    /**
     * Returns the zone with a name, ignoring case. Empty for other texts, including offsets, because an offset has no
     * daylight saving time.
     */
    public static Optional<ZoneId> parse(String name) {
        Set<String> known = ZoneId.getAvailableZoneIds();
        if (known.contains(name)) {
            return Optional.of(ZoneId.of(name));
        }
        return known.stream().filter(name::equalsIgnoreCase).findFirst().map(ZoneId::of);
    }

    /** Returns the suggestions of a form, sorted: zones of places, and UTC. */
    public static List<String> suggestions() {
        return ZoneId.getAvailableZoneIds().stream()
                .filter(name -> name.equals("UTC") || AREAS.contains(name.replaceFirst("/.*", "")))
                .sorted()
                .toList();
    }

    /**
     * Returns the server's zone. A zone without a name, such as {@code GMT+05:30}, becomes one with a fixed offset of
     * whole hours, or UTC.
     */
    static ZoneId ofServer() {
        return named(ZoneId.systemDefault());
    }

    static ZoneId named(ZoneId zone) {
        if (parse(zone.getId()).isPresent()) {
            return zone;
        }
        if (zone.normalized() instanceof ZoneOffset offset) {
            int hours = offset.getTotalSeconds() / SECONDS_PER_HOUR;
            boolean whole = offset.getTotalSeconds() == hours * SECONDS_PER_HOUR;
            if (whole && hours != 0 && hours >= LAST_WEST && hours <= LAST_EAST) {
                // The sign in these names is inverted.
                return ZoneId.of("Etc/GMT" + (hours > 0 ? "-" : "+") + Math.abs(hours));
            }
        }
        return ZoneId.of("UTC");
    }
}
