package org.starpunk.admin;

import java.time.Duration;
import java.time.Instant;

/** Formats the time between two instants in the largest unit that fits. */
final class RelativeTime {

    private RelativeTime() {}

    static String text(Instant then, Instant now) {
        Duration past = Duration.between(then, now);
        return past.isNegative()
                ? "in " + words(past.negated())
                : past.toSeconds() < 60 ? "just now" : words(past) + " ago";
    }

    private static String words(Duration time) {
        if (time.toMinutes() < 60) {
            return number(Math.max(1, time.toMinutes()), "minute");
        }
        if (time.toHours() < 48) {
            return number(time.toHours(), "hour");
        }
        return time.toDays() < 60
                ? number(time.toDays(), "day")
                : time.toDays() < 730 ? number(time.toDays() / 30, "month") : number(time.toDays() / 365, "year");
    }

    private static String number(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
