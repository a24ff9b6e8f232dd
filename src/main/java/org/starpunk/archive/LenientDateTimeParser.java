package org.starpunk.archive;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses times in the formats of other programs: ISO 8601 and similar ones, RFC 822 with its obsolete forms (two-digit
 * years, named zones), and dates with English month names. The weekday is not checked. An ambiguous date such as {@code
 * 03/04/2019} is not accepted.
 */
final class LenientDateTimeParser {

    private static final int MAX_LENGTH = 80;
    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2999;

    private static final String MONTH =
            "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
                    + "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
    private static final String SHORT_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private static final Pattern WEEKDAY =
            Pattern.compile("^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]?\\s+");
    private static final Pattern COMMENT = Pattern.compile("\\([^)]*\\)");
    private static final Pattern YEAR_FIRST = Pattern.compile("^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?!\\d)");
    private static final Pattern COMPACT = Pattern.compile("^(\\d{4})(\\d{2})(\\d{2})(?!\\d)");
    private static final Pattern DAY_FIRST =
            Pattern.compile("^(\\d{1,2})(?:st|nd|rd|th)?[ \\t-]+" + MONTH + "[ \\t,-]+(\\d{4}|\\d{2})(?!\\d)");
    private static final Pattern MONTH_FIRST =
            Pattern.compile("^" + MONTH + "[ \\t]+(\\d{1,2})(?:st|nd|rd|th)?,?[ \\t]+(\\d{4})(?!\\d)");
    private static final Pattern CLOCK =
            Pattern.compile("^(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9})\\d*)?)?\\s*([ap]\\.?m\\.?(?![a-z]))?");
    private static final Pattern CLOCK_COMPACT = Pattern.compile("^(\\d{2})(\\d{2})(\\d{2})?(?!\\d)");
    private static final Pattern OFFSET =
            Pattern.compile("^(?:utc|gmt)?\\s*([+-])(\\d{2}):?(\\d{2})?(?::\\d{2})?(?:\\[[^\\]]*])?$");

    /** Named zones of RFC 822 and of other programs, with offsets in hours. */
    private static final Map<String, Integer> ZONES = Map.ofEntries(
            Map.entry("z", 0),
            Map.entry("ut", 0),
            Map.entry("utc", 0),
            Map.entry("gmt", 0),
            Map.entry("est", -5),
            Map.entry("edt", -4),
            Map.entry("cst", -6),
            Map.entry("cdt", -5),
            Map.entry("mst", -7),
            Map.entry("mdt", -6),
            Map.entry("pst", -8),
            Map.entry("pdt", -7),
            Map.entry("wet", 0),
            Map.entry("west", 1),
            Map.entry("bst", 1),
            Map.entry("cet", 1),
            Map.entry("cest", 2),
            Map.entry("eet", 2),
            Map.entry("eest", 3),
            Map.entry("msk", 3),
            Map.entry("jst", 9),
            Map.entry("aest", 10),
            Map.entry("aedt", 11));

    private LenientDateTimeParser() {}

    /**
     * Parses a time.
     *
     * @param zone time zone of times without an offset. A date without a time means noon, which is the same date in
     *     nearly every zone
     * @return empty if the text is not a valid time from 1900 to 2999
     */
    static Optional<OffsetDateTime> read(String written, ZoneId zone) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String text = COMMENT.matcher(written)
                .replaceAll(" ")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replace('\u2212', '-');
        try {
            return day(WEEKDAY.matcher(text).replaceFirst("")).flatMap(day -> withTime(day, zone));
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Converts seconds or milliseconds since 1970, which JSON exports contain. */
    static Optional<OffsetDateTime> ofEpoch(long number, ZoneId zone) {
        long millis = Math.abs(number) < 100_000_000_000L ? number * 1000 : number;
        OffsetDateTime time = Instant.ofEpochMilli(millis).atZone(zone).toOffsetDateTime();
        return isPlausible(time.getYear()) ? Optional.of(time) : Optional.empty();
    }

    private record Day(LocalDate date, String rest) {}

    private static Optional<Day> day(String text) {
        Matcher match = YEAR_FIRST.matcher(text);
        if (match.find()) {
            return day(match.group(1), Integer.parseInt(match.group(3)), match.group(4), text.substring(match.end()));
        }
        match = COMPACT.matcher(text);
        if (match.find()) {
            return day(match.group(1), Integer.parseInt(match.group(2)), match.group(3), text.substring(match.end()));
        }
        match = DAY_FIRST.matcher(text);
        if (match.find()) {
            return day(match.group(3), month(match.group(2)), match.group(1), text.substring(match.end()));
        }
        match = MONTH_FIRST.matcher(text);
        if (match.find()) {
            return day(match.group(3), month(match.group(1)), match.group(2), text.substring(match.end()));
        }
        return Optional.empty();
    }

    private static int month(String name) {
        return SHORT_MONTHS.indexOf(name.substring(0, 3)) / 3 + 1;
    }

    private static Optional<Day> day(String year, int month, String day, String rest) {
        int number = Integer.parseInt(year);
        // RFC 2822, section 4.3.
        int full = year.length() > 2 ? number : number < 50 ? 2000 + number : 1900 + number;
        return isPlausible(full)
                ? Optional.of(new Day(LocalDate.of(full, month, Integer.parseInt(day)), rest))
                : Optional.empty();
    }

    private static boolean isPlausible(int year) {
        return year >= FIRST_YEAR && year <= LAST_YEAR;
    }

    private static Optional<OffsetDateTime> withTime(Day day, ZoneId zone) {
        String rest = day.rest().replaceFirst("^(?:t|,|\\s|at\\s)+", "");
        if (rest.isBlank()) {
            return Optional.of(day.date().atTime(12, 0).atZone(zone).toOffsetDateTime());
        }
        Matcher clock = CLOCK.matcher(rest);
        Matcher compact = CLOCK_COMPACT.matcher(rest);
        LocalTime time;
        String after;
        if (clock.find()) {
            time = time(clock);
            after = rest.substring(clock.end());
        } else if (compact.find()) {
            time = LocalTime.of(number(compact.group(1)), number(compact.group(2)), number(compact.group(3)));
            after = rest.substring(compact.end());
        } else {
            // A date with a zone but without a time, as in XML Schema.
            time = LocalTime.NOON;
            after = rest;
        }
        return zoned(day.date().atTime(time), after.strip(), zone);
    }

    private static LocalTime time(Matcher clock) {
        int hour = number(clock.group(1));
        String half = clock.group(5);
        if (half != null) {
            hour = hour % 12 + (half.startsWith("p") ? 12 : 0);
        }
        String fraction = clock.group(4) == null ? "" : clock.group(4);
        int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
        // Limits a leap second to 59.
        return LocalTime.of(hour, number(clock.group(2)), Math.min(59, number(clock.group(3))), nanos);
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static Optional<OffsetDateTime> zoned(LocalDateTime time, String zone, ZoneId own) {
        if (zone.isEmpty()) {
            return Optional.of(time.atZone(own).toOffsetDateTime());
        }
        Matcher offset = OFFSET.matcher(zone);
        if (offset.matches()) {
            int sign = offset.group(1).equals("-") ? -1 : 1;
            ZoneOffset read = ZoneOffset.ofHoursMinutes(sign * number(offset.group(2)), sign * number(offset.group(3)));
            return Optional.of(time.atOffset(read));
        }
        String name = zone.replaceFirst("^z\\[[^\\]]*]$", "z");
        Integer hours = ZONES.get(name);
        if (hours != null) {
            return Optional.of(time.atOffset(ZoneOffset.ofHours(hours)));
        }
        return ZoneId.getAvailableZoneIds().stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .map(id -> time.atZone(ZoneId.of(id)).toOffsetDateTime());
    }
}
