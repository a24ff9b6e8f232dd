package org.starpunk.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeZoneNamesTest {

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, Europe/Berlin",
        "europe/berlin, Europe/Berlin",
        "America/Argentina/Buenos_Aires, America/Argentina/Buenos_Aires",
        "Asia/Calcutta, Asia/Calcutta",
        "UTC, UTC",
        "Etc/GMT-5, Etc/GMT-5",
    })
    void a_zone_is_given_by_its_name_in_any_case(String name, String zone) {
        assertThat(TimeZoneNames.parse(name)).contains(ZoneId.of(zone));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Berlin",
                "+01:00",
                "Z",
                "GMT+5",
                "UTC+01:00",
                "CEST",
                "Europe/Atlantis",
                "../etc/passwd"
            })
    void anything_else_is_no_zone(String name) {
        assertThat(TimeZoneNames.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, Europe/Berlin",
        "Z, UTC",
        "GMT+02:00, Etc/GMT-2",
        "-05:00, Etc/GMT+5",
        "+14:00, Etc/GMT-14",
        "+05:30, UTC",
        "+15:00, UTC",
        "+00:00, UTC",
    })
    void the_servers_zone_has_a_name(String server, String zone) {
        assertThat(TimeZoneNames.named(ZoneId.of(server))).isEqualTo(ZoneId.of(zone));
        assertThat(TimeZoneNames.parse(zone)).contains(ZoneId.of(zone));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"})
    void a_form_suggests_places(String name) {
        assertThat(TimeZoneNames.suggestions())
                .contains(name)
                .isSorted()
                .allMatch(zone -> TimeZoneNames.parse(zone).isPresent());
    }
}
