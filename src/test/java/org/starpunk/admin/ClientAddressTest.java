package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    private final ClientAddress clients = new ClientAddress(List.of("10.0.0.0/8", "192.0.2.7", "::1"));

    private String of(String peer, String... forwarded) {
        SocketAddress client = clients.of(SocketAddress.inetSocketAddress(1234, peer), List.of(forwarded));
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
        assertThat(of(peer, forwarded)).isEqualTo(client);
    }

    @Test
    void several_headers_count_as_one_and_none_leaves_the_peer() {
        assertThat(of("10.1.2.3", "198.51.100.9", "203.0.113.1")).isEqualTo("203.0.113.1");
        assertThat(of("10.1.2.3")).isEqualTo("10.1.2.3");
        assertThat(clients.of(null, List.of("203.0.113.1"))).isNull();
    }
}
