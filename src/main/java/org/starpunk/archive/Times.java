package org.starpunk.archive;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Times as other programs write them: ISO 8601 with a space or a T, with or without time, seconds and offset; RFC 1123. */
final class Times {

    private static final DateTimeFormatter LOOSE = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][ ]H:mm")
            .optionalStart()
            .appendPattern(":ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .optionalEnd()
            .appendPattern("[ ][XXX][XX][X][z]")
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter MAIL = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .parseLenient()
            .appendPattern("[EEE, ]d MMM yyyy H:mm[:ss] [z][XX][XXX]")
            .toFormatter(Locale.ENGLISH);

    private static final List<DateTimeFormatter> FORMS = List.of(LOOSE, MAIL, DateTimeFormatter.RFC_1123_DATE_TIME);

    private Times() {}

    /**
     * Reads a time.
     *
     * @param zone the zone of one that does not say its own; a day alone is its noon, which is the same day nearly everywhere
     */
    static Optional<OffsetDateTime> read(String written, ZoneId zone) {
        for (DateTimeFormatter form : FORMS) {
            try {
                TemporalAccessor read = form.parseBest(
                        written.strip(),
                        OffsetDateTime::from,
                        ZonedDateTime::from,
                        LocalDateTime::from,
                        LocalDate::from);
                return Optional.of(withOffset(read, zone));
            } catch (DateTimeException e) {
                // Perhaps another form.
            }
        }
        return Optional.empty();
    }

    private static OffsetDateTime withOffset(TemporalAccessor read, ZoneId zone) {
        if (read instanceof OffsetDateTime time) {
            return time;
        }
        if (read instanceof ZonedDateTime time) {
            return time.toOffsetDateTime();
        }
        LocalDateTime local = read instanceof LocalDateTime time ? time : ((LocalDate) read).atTime(12, 0);
        return local.atZone(zone).toOffsetDateTime();
    }
}
