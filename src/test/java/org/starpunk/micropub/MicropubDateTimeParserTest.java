package org.starpunk.micropub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicropubDateTimeParserTest {

    @ParameterizedTest
    @CsvSource({
        // A time without an offset, in summer and in winter.
        "Europe/Berlin, 2026-07-01T12:00, 2026-07-01T12:00+02:00",
        "Europe/Berlin, 2026-12-01 12:00:30, 2026-12-01T12:00:30+01:00",
        "America/New_York, 2026-07-01T12:00, 2026-07-01T12:00-04:00",
        "Asia/Kolkata, 2026-07-01T12:00, 2026-07-01T12:00+05:30",
        // A time that daylight saving skips is shifted by the length of the gap.
        "Europe/Berlin, 2026-03-29T02:30, 2026-03-29T03:30+02:00",
        "America/New_York, 2026-03-08T02:30, 2026-03-08T03:30-04:00",
        // A time that daylight saving repeats is the earlier of the two.
        "Europe/Berlin, 2026-10-25T02:30, 2026-10-25T02:30+02:00",
        "America/New_York, 2026-11-01T01:30, 2026-11-01T01:30-04:00",
        // Samoa had no 30 December 2011.
        "Pacific/Apia, 2011-12-30T12:00, 2011-12-31T12:00+14:00",
        "Pacific/Apia, 2011-12-30, 2011-12-31T00:00+14:00",
        // A day without midnight, because daylight saving skips it, starts at 01:00.
        "America/Asuncion, 2023-10-01, 2023-10-01T01:00-03:00",
        // The offset of a time takes precedence over the zone.
        "Asia/Kolkata, 2026-07-01T12:00:00Z, 2026-07-01T12:00Z",
        "Asia/Kolkata, 2026-07-01T12:00:00-0700, 2026-07-01T12:00-07:00",
    })
    void a_time_without_an_offset_is_of_the_sites_zone(String zone, String written, String time) {
        assertThat(MicropubDateTimeParser.parse(written, ZoneId.of(zone))).isEqualTo(OffsetDateTime.parse(time));
    }
}
