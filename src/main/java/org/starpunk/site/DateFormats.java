package org.starpunk.site;

import java.time.Month;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.Locale;

/**
 * Formats of dates and times on pages. Writes the digits itself, because a list page has about forty times and {@code
 * DateTimeFormatter} takes about 1 µs for each.
 */
final class DateFormats {

    private static final String[] MONTHS = Arrays.stream(Month.values())
            .map(month -> month.getDisplayName(TextStyle.FULL, Locale.ENGLISH))
            .toArray(String[]::new);

    private DateFormats() {}

    /** Appends a time in ISO 8601: {@code 2026-11-21T08:05:09+01:00}. */
    static void iso(OffsetDateTime time, StringBuilder out) {
        digits(time.getYear(), 4, out);
        digits(time.getMonthValue(), 2, out.append('-'));
        digits(time.getDayOfMonth(), 2, out.append('-'));
        digits(time.getHour(), 2, out.append('T'));
        digits(time.getMinute(), 2, out.append(':'));
        digits(time.getSecond(), 2, out.append(':'));
        offset(time.getOffset(), out);
    }

    /** Appends a time as readers see it: {@code 21 November 2026, 08:05}. */
    static void people(OffsetDateTime time, StringBuilder out) {
        out.append(time.getDayOfMonth()).append(' ').append(MONTHS[time.getMonthValue() - 1]);
        out.append(' ').append(time.getYear());
        digits(time.getHour(), 2, out.append(", "));
        digits(time.getMinute(), 2, out.append(':'));
    }

    /** Returns a month with its year: {@code November 2026}. */
    static String month(YearMonth month) {
        return month(month.getMonthValue()) + ' ' + month.getYear();
    }

    /** Returns the English name of a month, 1 to 12: {@code November}. */
    static String month(int month) {
        return MONTHS[month - 1];
    }

    private static void offset(ZoneOffset offset, StringBuilder out) {
        int minutes = Math.abs(offset.getTotalSeconds() / 60);
        out.append(offset.getTotalSeconds() < 0 ? '-' : '+');
        digits(minutes / 60, 2, out);
        digits(minutes % 60, 2, out.append(':'));
    }

    private static void digits(int number, int width, StringBuilder out) {
        for (int limit = 10, i = 1; i < width; i++, limit *= 10) {
            if (number < limit) {
                out.append('0');
            }
        }
        out.append(number);
    }
}
