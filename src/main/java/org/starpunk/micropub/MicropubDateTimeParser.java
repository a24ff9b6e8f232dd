package org.starpunk.micropub;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * Parses the times that Micropub clients send: ISO 8601 with or without seconds, with {@code T} or a space, with or
 * without an offset.
 */
final class MicropubDateTimeParser {

    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("uuuu-MM-dd[['T'][' ']HH:mm[:ss]")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendPattern("[XXX][XX][X]]")
            .toFormatter(Locale.ROOT);

    private MicropubDateTimeParser() {}

    /**
     * Parses a time. Of a time without an offset that daylight saving repeats, it returns the earlier; one that
     * daylight saving skips is shifted by the length of the gap.
     *
     * @param zone time zone of a time without an offset
     * @throws MicropubException with status 400 if the text is not a time of the years 1 to 9998
     */
    static OffsetDateTime parse(String text, ZoneId zone) {
        try {
            TemporalAccessor parsed =
                    FORMAT.parseBest(text.strip(), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            OffsetDateTime time = toOffset(parsed, zone);
            if (time.getYear() < 1 || time.getYear() > 9998) {
                throw MicropubException.invalid("The time of publication is out of range.");
            }
            return time;
        } catch (DateTimeException e) {
            throw MicropubException.invalid(
                    "The time of publication is not ISO 8601, such as 2026-11-21T10:00:00+01:00.");
        }
    }

    private static OffsetDateTime toOffset(TemporalAccessor parsed, ZoneId zone) {
        if (parsed instanceof OffsetDateTime time) {
            return time;
        }
        if (parsed instanceof LocalDateTime time) {
            return time.atZone(zone).toOffsetDateTime();
        }
        return LocalDate.from(parsed).atStartOfDay(zone).toOffsetDateTime();
    }
}
