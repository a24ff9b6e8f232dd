package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every address whose format depends on {@code Accept} evaluates it in the same way. */
class ContentNegotiationTest {

    @SuppressWarnings("NullAway.Init") // started before the tests
    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/metrics | application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.9 | text/plain",
                "/metrics | application/openmetrics-text;q=0,text/plain;q=0.1 | text/plain",
                "/metrics | text/plain;q=0.3,application/openmetrics-text ; q=0.5 | application/openmetrics-text",
                "/metrics | text/plain;q=0,*/*;q=0.1 | application/openmetrics-text",
                "/metrics | */*;q=0.1 | text/plain",
                "/feed | application/atom+xml;q=0.5,application/feed+json;q=0.6 | application/feed+json",
                "/feed | application/rss+xml;q=0,*/*;q=0.1 | application/atom+xml",
                "/feed | application/*;q=0.4,application/atom+xml | application/atom+xml",
                "/feed | application/rss+xml;q=0.5,*/*;q=0.9 | application/atom+xml",
                "/feed | text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8 | text/html",
                "/feed | text/html | text/html",
                "/feed | text/html;q=0.2,application/rss+xml;q=0.1 | text/html",
                "/feed?all=true | text/html,*/*;q=0.8 | text/html",
                "/feed | application/rss+xml,text/html | application/rss+xml",
                "/feed | text/html,application/atom+xml | application/atom+xml",
                "/feed | text/html;q=0.5,application/feed+json;q=0.9,*/*;q=0.1 | application/feed+json",
                "/feed | text/html,application/xml | application/rss+xml",
                "/feed | text/html;q=0 | application/rss+xml",
                "/feed | text/* | application/rss+xml",
                "/feed.rss | text/html | application/rss+xml",
                "/nowhere | text/html;q=0,*/* | application/problem+json",
                "/nowhere | application/json;q=0.9,text/html;q=0.8 | application/problem+json",
                "/nowhere | application/json;q=0.7,text/html ;q=0.8 | text/html",
                "/nowhere | text/* | text/html",
                "/admin/notes | application/json,text/html;q=0.1 | application/problem+json",
                "/admin/notes | text/html;q=0,*/* | application/problem+json",
            })
    void the_form_is_the_one_that_the_client_prefers(String path, String accept, String type) {
        assertThat(site.get(path, "Accept", accept)
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow())
                .startsWith(type);
    }

    @Test
    void fields_of_several_lines_are_one_list() {
        assertThat(site.get("/feed", "Accept", "application/rss+xml;q=0.1", "Accept", "application/atom+xml")
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow())
                .startsWith("application/atom+xml");
    }
}
