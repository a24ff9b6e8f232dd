package org.starpunk.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptHeaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                                  | text/plain",
                "*/*                                               | text/plain",
                "*/*;q=0.1                                         | text/plain",
                "*                                                 | text/plain",
                "text/csv                                          | text/csv",
                "TEXT/CSV                                          | text/csv",
                "text/csv;q=0                                      | text/plain",
                "text/plain;q=0,*/*;q=0.1                          | application/json",
                "text/plain;q=0,application/json;q=0.000,text/csv;q=0.001 | text/csv",
                "text/*                                            | text/plain",
                "text/*;q=0.5,application/json;q=0.4               | text/plain",
                "text/*;q=0.5,text/plain;q=0.1,application/json;q=0.2 | text/csv",
                "application/json,*/*                              | application/json",
                "*/*,application/json                              | application/json",
                "text/csv;q=0.5,application/json;q=0.5             | text/csv",
                "application/json;q=0.5,text/csv;q=0.5             | application/json",
                "application/json;q=0.9,text/csv                   | text/csv",
                "application/json ; q=0.9 , text/csv ;q=1.0        | text/csv",
                "application/json;q=0.2,text/csv;q=.3              | text/csv",
                "application/json;charset=utf-8;q=0.9,text/csv;header=present;q=0.8 | application/json",
                "application/json;a=\"x,y;q=0\";q=0.9,text/csv;q=0.8 | application/json",
                "application/json;Q=0.1,text/csv;q=0.2             | text/csv",
                "application/json;q=high,text/csv;q=0.1            | text/csv",
                "application/json;q=2,text/csv;q=0.1               | text/csv",
                "image/png                                         | text/plain",
                ",,text/csv,                                       | text/csv",
                ";;;                                               | text/plain",
            })
    void best_is_of_the_largest_weight_then_of_the_most_specific_range_then_first(
            @Nullable String header, String best) {
        List<String> offers = List.of("text/plain", "application/json", "text/csv");
        assertThat(AcceptHeader.parse(header == null ? "" : header).best(offers, Function.identity()))
                .isEqualTo(best);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0,text/plain;q=0.9          | true",
                "application/openmetrics-text;version=0.0.1,text/plain;q=0.9          | false",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2"
                        + " | true",
                "application/openmetrics-text;version=\"1.0.0\",*/*;q=0.1             | true",
            })
    void a_parameter_counts_where_the_representation_has_it(String header, boolean openMetrics) {
        List<String> offers = List.of("text/plain; version=0.0.4", "application/openmetrics-text; version=1.0.0");
        assertThat(AcceptHeader.parse(header)
                        .best(offers, Function.identity())
                        .startsWith("application/openmetrics-text"))
                .isEqualTo(openMetrics);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true",
                "*/*                                       | false",
                "text/html;q=0,*/*                         | false",
                "application/json,text/html;q=0.5          | false",
                "text/html;q=0.5,application/json;q=0.4    | true",
                "text/*                                    | true",
                "application/activity+json                 | false",
            })
    void a_page_is_for_clients_that_prefer_html(String header, boolean page) {
        assertThat(AcceptHeader.parse(header).prefersPage()).isEqualTo(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "gzip, deflate",
                "deflate, GZIP;q=0.5",
                "x-gzip",
                "*",
                "br;q=1.0, gzip ; q=0.8",
                "identity;q=0.5, gzip"
            })
    void gzip_is_sent_to_clients_that_accept_it(String header) {
        assertThat(GzipNegotiation.gzip(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *", "gzip;q=x", "gzip;q=0.2, identity;q=0.9", "gzipped"
            })
    void gzip_is_not_sent_to_clients_that_refuse_it_or_prefer_the_plain_form(String header) {
        assertThat(GzipNegotiation.gzip(header)).isFalse();
    }
}
