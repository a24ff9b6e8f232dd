package org.starpunk.outbound;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Recognises globally reachable addresses by the IANA registries of special-purpose addresses (RFC 6890 and later
 * additions). Addresses that embed another one (mapped, 6to4, Teredo, NAT64) count as not global.
 */
final class PublicAddressPolicy {

    private static final List<AddressRange> SPECIAL_V4 = List.of(
            range("0.0.0.0", 8),
            range("10.0.0.0", 8),
            range("100.64.0.0", 10),
            range("127.0.0.0", 8),
            range("169.254.0.0", 16),
            range("172.16.0.0", 12),
            range("192.0.0.0", 24),
            range("192.0.2.0", 24),
            range("192.31.196.0", 24),
            range("192.52.193.0", 24),
            range("192.88.99.0", 24),
            range("192.168.0.0", 16),
            range("192.175.48.0", 24),
            range("198.18.0.0", 15),
            range("198.51.100.0", 24),
            range("203.0.113.0", 24),
            range("224.0.0.0", 4),
            range("240.0.0.0", 4));

    private static final AddressRange GLOBAL_V6 = range("2000::", 3);

    private static final List<AddressRange> SPECIAL_V6 = List.of(
            range("2001::", 23),
            range("2001:db8::", 32),
            range("2002::", 16),
            range("2620:4f:8000::", 48),
            range("3fff::", 20));

    private PublicAddressPolicy() {}

    static boolean isGlobal(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return GLOBAL_V6.holds(bytes) && SPECIAL_V6.stream().noneMatch(range -> range.holds(bytes));
        }
        return SPECIAL_V4.stream().noneMatch(range -> range.holds(bytes));
    }

    private static AddressRange range(String address, int bits) {
        return new AddressRange(NetUtil.createByteArrayFromIpAddressString(address), bits);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    private record AddressRange(byte[] start, int bits) {

        boolean holds(byte[] address) {
            if (address.length != start.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i % 8);
                if ((address[i / 8] & mask) != (start[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
