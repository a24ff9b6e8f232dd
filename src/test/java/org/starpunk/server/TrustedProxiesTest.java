package org.starpunk.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.server.TrustedProxies.ForwardedOrigin;

class TrustedProxiesTest {

    private final TrustedProxies proxies = new TrustedProxies(List.of("10.0.0.0/8", "192.0.2.7", "::1"));

    private ForwardedOrigin origin(String peer, String... headers) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        return proxies.origin(SocketAddress.inetSocketAddress(1234, peer), map);
    }

    private static String client(ForwardedOrigin origin) {
        SocketAddress client = origin.client();
        return client == null ? "none" : client.hostAddress();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.2.3     | 203.0.113.1                          | 203.0.113.1",
                "10.1.2.3     | 198.51.100.9, 203.0.113.1            | 203.0.113.1",
                "10.1.2.3     | 198.51.100.9, 203.0.113.1, 192.0.2.7 | 203.0.113.1",
                "::1          | 198.51.100.9,2001:db8::5             | 2001:db8:0:0:0:0:0:5",
                "192.0.2.7    | 10.0.0.5, 10.0.0.6                   | 10.0.0.5",
                "192.0.2.7    | 198.51.100.9, nonsense               | 192.0.2.7",
                "192.0.2.7    | 198.51.100.9, nonsense, 10.0.0.6     | 10.0.0.6",
                "192.0.2.8    | 203.0.113.1                          | 192.0.2.8",
                "11.0.0.1     | 203.0.113.1                          | 11.0.0.1",
            })
    void the_client_is_the_last_address_that_is_no_trusted_proxys(String peer, String forwarded, String client) {
        assertThat(client(origin(peer, "X-Forwarded-For", forwarded))).isEqualTo(client);
        String standard = "for="
                + forwarded.replace("2001:db8::5", "\"[2001:db8::5]:4711\"").replace(",", ", for=");
        assertThat(client(origin(peer, "Forwarded", standard))).isEqualTo(client);
    }

    @Test
    void several_headers_count_as_one_and_none_leaves_the_peer() {
        assertThat(client(origin("10.1.2.3", "X-Forwarded-For", "198.51.100.9", "X-Forwarded-For", "203.0.113.1")))
                .isEqualTo("203.0.113.1");
        assertThat(client(origin("10.1.2.3"))).isEqualTo("10.1.2.3");
    }

    @Test
    void scheme_and_host_are_what_the_trusted_proxy_says() {
        ForwardedOrigin common = origin(
                "::1", "X-Forwarded-For", "203.0.113.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "a.example");
        assertThat(common.scheme()).isEqualTo("https");
        assertThat(String.valueOf(common.authority())).isEqualTo("a.example");
        ForwardedOrigin standard = origin("::1", "Forwarded", "for=203.0.113.1;Proto=HTTPS;host=\"a.example:8443\"");
        assertThat(standard.scheme()).isEqualTo("https");
        assertThat(String.valueOf(standard.authority())).isEqualTo("a.example:8443");
        assertThat(origin("::1", "X-Forwarded-Proto", "gopher").scheme()).isNull();
    }

    @Test
    void what_a_stranger_has_written_before_the_proxy_is_not_believed() {
        // The client has sent the first element of each list; the proxy has appended the second.
        ForwardedOrigin appended = origin(
                "10.0.0.1",
                "X-Forwarded-For",
                "10.0.0.9, 203.0.113.1",
                "X-Forwarded-Proto",
                "https, http",
                "X-Forwarded-Host",
                "evil.example, a.example");
        assertThat(client(appended)).isEqualTo("203.0.113.1");
        assertThat(appended.scheme()).isEqualTo("http");
        assertThat(String.valueOf(appended.authority())).isEqualTo("a.example");
        // A proxy that supports only X-Forwarded-* forwards a forged Forwarded header.
        ForwardedOrigin forged =
                origin("10.0.0.1", "Forwarded", "for=10.0.0.9;proto=https", "X-Forwarded-For", "203.0.113.1");
        assertThat(client(forged)).isEqualTo("203.0.113.1");
        assertThat(forged.scheme()).isNull();
        ForwardedOrigin stranger = origin("203.0.113.5", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Proto", "https");
        assertThat(client(stranger)).isEqualTo("203.0.113.5");
        assertThat(stranger.scheme()).isNull();
        assertThat(stranger.authority()).isNull();
    }
}
