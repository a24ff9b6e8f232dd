package org.starpunk.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.config.Settings;

class WebOriginTest {

    @ParameterizedTest
    @CsvSource({
        "https://Example.org:443/path, https://example.org",
        "HTTPS://example.org, https://example.org",
        "http://example.org:80, http://example.org",
        "https://example.org:80, https://example.org:80",
        "http://example.org:443, http://example.org:443",
        "https://example.org:8443, https://example.org:8443",
        "https://[2001:db8::1]:443/, https://[2001:db8::1]",
        "https://[2001:db8::443]/, https://[2001:db8::443]",
    })
    void the_default_port_of_the_scheme_is_left_out(String address, String origin) {
        assertThat(WebOrigin.of(URI.create(address))).isEqualTo(origin);
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org:443, https://example.org",
        "http://example.org:80/, http://example.org",
        "https://example.org:8443, https://example.org:8443",
    })
    void the_address_of_the_site_has_no_default_port(String given, String address) {
        assertThat(Settings.of(Map.of("STARPUNK_BASE_URL", given)).baseUrl()).isEqualTo(address);
        String stored = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        assertThat(new Profile("S", stored, "A", "", "", "en").siteUrl()).isEqualTo(address);
    }
}
