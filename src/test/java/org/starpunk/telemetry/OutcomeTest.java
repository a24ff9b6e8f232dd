package org.starpunk.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

    @ParameterizedTest
    @CsvSource({
        "200, OK",
        "304, OK",
        "400, CLIENT_ERROR",
        "404, CLIENT_ERROR",
        "431, CLIENT_ERROR",
        "500, SERVER_ERROR",
        "501, CLIENT_ERROR",
        "502, SERVER_ERROR",
        "503, SERVER_ERROR",
        "505, CLIENT_ERROR",
        "507, SERVER_ERROR"
    })
    void unknown_methods_and_versions_are_errors_of_the_client(int status, Outcome outcome) {
        assertThat(Outcome.of(status)).isEqualTo(outcome);
    }
}
