package org.starpunk.monitor.web;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * How numbers are written for people: what is unknown is a dash and never a zero, and what is short is "less than", never 0.
 * {@code webroot/js/format.js} writes them the same way; a browser test compares the two.
 */
final class Format {

    static final String UNKNOWN = "—";

    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB"};

    private Format() {}

    /** 8 100, with a narrow space that does not break. */
    static String count(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        String plain = Long.toString(Math.round(number.doubleValue()));
        int start = plain.startsWith("-") ? 1 : 0;
        StringBuilder grouped = new StringBuilder(plain);
        for (int at = plain.length() - 3; at > start; at -= 3) {
            grouped.insert(at, '\u202f');
        }
        return grouped.toString();
    }

    /**
     * Appends a number with a fixed count of digits after the point. A page has thousands of them, and {@link String#format} takes
     * microseconds for each.
     *
     * @param number 0 or more
     * @param digits after the point: 1 or 2
     */
    static StringBuilder fixed(StringBuilder to, double number, int digits) {
        int unit = digits == 1 ? 10 : 100;
        long units = Math.round(number * unit);
        to.append(units / unit).append('.');
        long rest = units % unit;
        return (digits == 2 && rest < 10 ? to.append('0') : to).append(rest);
    }

    /** 8.1k. */
    static String brief(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        if (value < 1000) {
            return count(value);
        }
        return value < 999_950 ? digits(value / 1000) + "k" : digits(value / 1_000_000) + "M";
    }

    /** 42, 4.2, 0.04: two digits that say something. */
    static String digits(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        if (value == 0) {
            return "0";
        }
        if (value < 0.01) {
            return "<0.01";
        }
        if (value >= 9.95) {
            return count(value);
        }
        return fixed(new StringBuilder(), value, value < 0.995 ? 2 : 1).toString();
    }

    /** Milliseconds for prose and tiles: {@code <1 ms}, 65 ms, 1.2 s. */
    static String millis(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        if (value < 1) {
            return "<1 ms";
        }
        return value < 1000 ? count(value) + " ms" : digits(value / 1000) + " s";
    }

    /** Milliseconds for tables, where parts of one matter: 0.18 ms. */
    static String fine(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        return value < 0.01 ? "<0.01 ms" : value < 1000 ? digits(value) + " ms" : digits(value / 1000) + " s";
    }

    /** Milliseconds of a part of a request's time, which many requests do not have. */
    static String part(@Nullable Number number) {
        return number != null && number.doubleValue() == 0 ? "0" : fine(number);
    }

    /** 128 MB. */
    static String bytes(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        if (value < 0) {
            return '−' + bytes(-value);
        }
        int size = 0;
        while (value >= 999.5 && size < SIZES.length - 1) {
            value /= 1024;
            size++;
        }
        return (size == 0 ? count(value) : digits(value)) + ' ' + SIZES[size];
    }

    /** 87 %, of a share from 0 to 1. */
    static String percent(@Nullable Number share) {
        return share == null ? UNKNOWN : digits(share.doubleValue() * 100) + " %";
    }

    /** A share of a whole that rounding must not make nothing of: {@code <0.1 %}. */
    static String share(@Nullable Number share) {
        return share != null && share.doubleValue() < 0.001 ? "<0.1 %" : percent(share);
    }

    /** 12 min. */
    static String span(@Nullable Number seconds) {
        if (seconds == null) {
            return UNKNOWN;
        }
        long value = Math.round(seconds.doubleValue());
        if (value < 60) {
            return value + " s";
        }
        if (value < 3600) {
            return value / 60 + " min";
        }
        return value < 172_800 ? value / 3600 + " h" : value / 86_400 + " d";
    }

    /** How long ago an instant was; a dash when it is none. */
    static String ago(@Nullable String instant, Instant now) {
        try {
            if (instant == null) {
                return UNKNOWN;
            }
            long seconds = Duration.between(Instant.parse(instant), now).toSeconds();
            return seconds < 1 ? "now" : span(seconds) + " ago";
        } catch (DateTimeParseException e) {
            return UNKNOWN;
        }
    }

    /** A limit in milliseconds, exactly as it was set: {@code 0.5 ms}, {@code 250 ms}, {@code 1.5 s}. */
    static String limit(@Nullable Number millis) {
        if (millis == null) {
            return UNKNOWN;
        }
        BigDecimal exact = BigDecimal.valueOf(millis.doubleValue());
        boolean isShort = millis.doubleValue() < 1_000;
        return (isShort ? exact : exact.movePointLeft(3)).stripTrailingZeros().toPlainString()
                + (isShort ? " ms" : " s");
    }
}
