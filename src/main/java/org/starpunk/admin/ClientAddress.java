package org.starpunk.admin;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from. {@code X-Forwarded-For} is believed as far as trusted proxies have written it: each proxy appends
 * whom it was asked by, so the header is read from its end, up to the first address that is no trusted proxy's.
 */
public final class ClientAddress {

    private final List<IpSubnetFilterRule> trusted;

    /** @param trusted addresses or CIDR ranges, as the settings have checked them */
    public ClientAddress(List<String> trusted) {
        this.trusted = trusted.stream().map(ClientAddress::network).toList();
    }

    private static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        int most = address.indexOf(':') < 0 ? 32 : 128;
        int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
    }

    /** The client's address; null when the connection has none. */
    @Nullable
    SocketAddress of(HttpServerRequest request) {
        return of(request.remoteAddress(), request.headers().getAll("X-Forwarded-For"));
    }

    @Nullable
    SocketAddress of(@Nullable SocketAddress peer, List<String> forwarded) {
        SocketAddress client = peer;
        String[] hops = String.join(",", forwarded).split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(client); i--) {
            String hop = hops[i].strip();
            if (NetUtil.createByteArrayFromIpAddressString(hop) == null) {
                return client; // not an address: nothing before it is believed
            }
            client = SocketAddress.inetSocketAddress(0, hop);
        }
        return client;
    }

    /** Whether an address is a trusted proxy's. */
    public boolean isTrusted(@Nullable SocketAddress client) {
        String host = client == null ? null : client.hostAddress();
        InetAddress address = host == null ? null : NetUtil.createInetAddressFromIpAddressString(host);
        if (address == null) {
            return false;
        }
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return trusted.stream().anyMatch(network -> network.matches(socket));
    }
}
