package org.starpunk.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
                "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
                "224.0.0.1", "240.0.0.1", "255.255.255.255", "2130706433", "::", "::1", "::ffff:127.0.0.1",
                "::ffff:8.8.8.8", "64:ff9b::808:808", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2001:db8::1",
                "2002:7f00:1::", "2001::1", "3fff::1", "::7f00:1"
            })
    void it_is_not_of_the_open_internet(String address) throws UnknownHostException {
        InetAddress parsed = InetAddress.getByName(address);
        // The JDK converts a mapped address to the IPv4 address in it, which is then checked.
        assertThat(PublicAddressPolicy.isGlobal(parsed)).isEqualTo(address.equals("::ffff:8.8.8.8"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1"
            })
    void it_is_of_the_open_internet(String address) throws UnknownHostException {
        assertThat(PublicAddressPolicy.isGlobal(InetAddress.getByName(address))).isTrue();
    }
}
