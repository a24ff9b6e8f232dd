package org.starpunk.server;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Origin of a request before the trusted proxies: from {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}, or,
 * if a request has none of the three, from {@code Forwarded} (RFC 7239). The headers count only if they come from
 * trusted proxies. Each proxy appends the address of its client, so the lists are read from the end, up to the first
 * address that is not a trusted proxy.
 */
final class TrustedProxies {

    static final String FOR = "X-Forwarded-For";
    static final String PROTO = "X-Forwarded-Proto";
    static final String HOST = "X-Forwarded-Host";

    private final List<IpSubnetFilterRule> networks;

    /**
     * The request as received by the first trusted proxy.
     *
     * @param client address of the client; null if unknown
     * @param scheme {@code http} or {@code https}; null if no proxy reports it
     * @param authority host requested by the client; null if no proxy reports it
     */
    record ForwardedOrigin(
            @Nullable SocketAddress client,
            @Nullable String scheme,
            @Nullable HostAndPort authority) {}

    /** @param trusted addresses or CIDR ranges, validated by the settings */
    TrustedProxies(List<String> trusted) {
        this.networks = trusted.stream().map(TrustedProxies::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        int max = address.indexOf(':') < 0 ? 32 : 128;
        int bits = slash < 0 ? max : Integer.parseInt(text.substring(slash + 1));
        return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
    }

    boolean isTrusted(@Nullable SocketAddress peer) {
        String host = peer == null || networks.isEmpty() ? null : peer.hostAddress();
        InetAddress address = host == null ? null : NetUtil.createInetAddressFromIpAddressString(host);
        if (address == null) {
            return false;
        }
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(socket));
    }

    /** Returns the origin from the headers of a trusted peer. */
    ForwardedOrigin origin(@Nullable SocketAddress peer, MultiMap headers) {
        boolean common = headers.contains(FOR) || headers.contains(PROTO) || headers.contains(HOST);
        List<Map<String, String>> hops = common ? common(headers) : standard(headers.getAll("Forwarded"));
        SocketAddress client = peer;
        String scheme = null;
        String host = null;
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            Map<String, String> hop = hops.get(i);
            scheme = hop.getOrDefault("proto", scheme);
            host = hop.getOrDefault("host", host);
            String address = address(hop.getOrDefault("for", ""));
            if (NetUtil.createByteArrayFromIpAddressString(address) == null) {
                break; // not an address, so earlier values are not trusted
            }
            client = SocketAddress.inetSocketAddress(0, address);
        }
        return new ForwardedOrigin(client, scheme(scheme), host == null ? null : HostAndPort.parseAuthority(host, -1));
    }

    /** Aligns the three lists at their ends: the last value of each belongs to the last proxy. */
    private static List<Map<String, String>> common(MultiMap headers) {
        List<String> addresses = list(headers.getAll(FOR));
        List<String> schemes = list(headers.getAll(PROTO));
        List<String> hosts = list(headers.getAll(HOST));
        int count = Math.max(addresses.size(), Math.max(schemes.size(), hosts.size()));
        List<Map<String, String>> hops = new ArrayList<>();
        for (int back = count; back > 0; back--) {
            Map<String, String> hop = new HashMap<>();
            put(hop, "for", addresses, back);
            put(hop, "proto", schemes, back);
            put(hop, "host", hosts, back);
            hops.add(hop);
        }
        return hops;
    }

    private static void put(Map<String, String> hop, String name, List<String> values, int back) {
        if (back <= values.size()) {
            hop.put(name, values.get(values.size() - back));
        }
    }

    private static List<String> list(List<String> headers) {
        List<String> values = new ArrayList<>();
        for (String header : headers) {
            for (String value : header.split(",", -1)) {
                values.add(value.strip());
            }
        }
        return values;
    }

    /** Parses {@code for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"}. The relevant values contain no commas. */
    private static List<Map<String, String>> standard(List<String> headers) {
        List<Map<String, String>> hops = new ArrayList<>();
        for (String element : list(headers)) {
            Map<String, String> hop = new HashMap<>();
            for (String pair : element.split(";", -1)) {
                int sign = pair.indexOf('=');
                if (sign > 0) {
                    hop.put(
                            pair.substring(0, sign).strip().toLowerCase(Locale.ROOT),
                            pair.substring(sign + 1).strip().replace("\"", ""));
                }
            }
            hops.add(hop);
        }
        return hops;
    }

    /** Returns an address without its port. */
    private static String address(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            return end < 0 ? node : node.substring(1, end);
        }
        int colon = node.indexOf(':');
        return colon > 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
    }

    private static @Nullable String scheme(@Nullable String value) {
        String word = value == null ? "" : value.toLowerCase(Locale.ROOT);
        return word.equals("http") || word.equals("https") ? word : null;
    }
}
