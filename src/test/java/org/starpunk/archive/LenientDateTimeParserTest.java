package org.starpunk.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Time formats in exports and feeds. */
class LenientDateTimeParserTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2019-03-04 | 2019-03-04T12:00+01:00",
                "2019/3/4 | 2019-03-04T12:00+01:00",
                "20190304 | 2019-03-04T12:00+01:00",
                "2019-07-04 18:30 | 2019-07-04T18:30+02:00",
                "2019-03-04 18:30:00 +0530 | 2019-03-04T18:30+05:30",
                "2019-03-04T18:30:00.123456Z | 2019-03-04T18:30:00.123456Z",
                "2019-03-04T18:30:00-08 | 2019-03-04T18:30-08:00",
                "20190304T183000Z | 2019-03-04T18:30Z",
                "2019-03-04 10:00:00 UTC | 2019-03-04T10:00Z",
                "2019-03-04 10:00 America/New_York | 2019-03-04T10:00-05:00",
                "Fri, 02 Jan 2015 10:00:00 +0000 | 2015-01-02T10:00Z",
                "Mon, 02 Jan 2015 10:00:00 GMT | 2015-01-02T10:00Z",
                "02 Jan 15 10:00 EST | 2015-01-02T10:00-05:00",
                "Fri, 2 Jan 98 10:00:00 PDT | 1998-01-02T10:00-07:00",
                "Mon, 3 Sept 2007 10:00:00 +0200 (CEST) | 2007-09-03T10:00+02:00",
                "Tues, 4 September 2007 10:00 Z | 2007-09-04T10:00Z",
                "March 4, 2019 | 2019-03-04T12:00+01:00",
                "4th March 2019 at 5:06 pm | 2019-03-04T17:06+01:00",
                "Mar 4, 2019 12:06 AM | 2019-03-04T00:06+01:00",
                "2016-12-31T23:59:60Z | 2016-12-31T23:59:59Z"
            })
    void a_time_in_a_form_that_programs_write_is_read(String written, String time) {
        assertThat(LenientDateTimeParser.read(written, BERLIN))
                .as(written)
                .map(Object::toString)
                .hasValue(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "0000-00-00 00:00:00",
                "Mon, 30 Nov -0001 00:00:00 +0000",
                "2019-13-01",
                "2019-02-30",
                "03/04/2019",
                "2019-03-04 10:00 Nowhere/Town",
                "2019-03-04 25:00",
                "12",
                "1551700000",
                "9999-01-01",
                "2019-03-04 ; rm"
            })
    void what_is_no_time_or_has_two_readings_has_none(String written) {
        assertThat(LenientDateTimeParser.read(written, BERLIN)).isEmpty();
    }
}
