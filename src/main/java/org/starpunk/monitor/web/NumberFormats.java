package org.starpunk.monitor.web;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Number formats of the dashboard. An unknown number is a dash, never zero. A small number is shown as "less than",
 * never as 0. {@code webroot/js/format.js} uses the same formats; a browser test compares both.
 */
final class NumberFormats {

    static final String UNKNOWN = "—";

    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB"};

    private NumberFormats() {}

    /** Formats a count with a narrow no-break space between groups: 8 100. */
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
     * Appends a number with a fixed number of decimal places. A page has thousands of them, and {@link String#format}
     * takes microseconds for each.
     *
     * @param number 0 or more
     * @param digits number of decimal places: 1 or 2
     */
    static StringBuilder fixed(StringBuilder to, double number, int digits) {
        int unit = digits == 1 ? 10 : 100;
        long units = Math.round(number * unit);
        to.append(units / unit).append('.');
        long rest = units % unit;
        return (digits == 2 && rest < 10 ? to.append('0') : to).append(rest);
    }

    /** Formats a count briefly: 8.1k. */
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

    /** Formats a number with two significant digits: 42, 4.2, 0.04. */
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

    /** Formats milliseconds for text and tiles: {@code <1 ms}, 65 ms, 1.2 s. */
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

    /** Formats milliseconds for tables, with fractions: 0.18 ms. */
    static String fine(@Nullable Number number) {
        if (number == null) {
            return UNKNOWN;
        }
        double value = number.doubleValue();
        return value < 0.01 ? "<0.01 ms" : value < 1000 ? digits(value) + " ms" : digits(value / 1000) + " s";
    }

    /**
     * Formats the duration of a part of a request. The value 0 is common and means that the request has no such part.
     */
    static String part(@Nullable Number number) {
        return number != null && number.doubleValue() == 0 ? "0" : fine(number);
    }

    /** Formats a size: 128 MB. */
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

    /** Formats a share from 0 to 1: 87 %. */
    static String percent(@Nullable Number share) {
        return share == null ? UNKNOWN : digits(share.doubleValue() * 100) + " %";
    }

    /** Formats a share so that a small one is not rounded to zero: {@code <0.1 %}. */
    static String share(@Nullable Number share) {
        return share != null && share.doubleValue() < 0.001 ? "<0.1 %" : percent(share);
    }

    /** Formats a duration given in seconds: 12 min. */
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

    /** Formats the time since an instant; a dash if the text is not an instant. */
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

    /** Formats a limit in milliseconds exactly as configured: {@code 0.5 ms}, {@code 250 ms}, {@code 1.5 s}. */
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
