package org.starpunk.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the cluster.
 *
 * @param enabled whether this process joins a cluster
 * @param host address of the network interface for the other nodes
 * @param port port for the other nodes
 * @param members addresses of nodes, {@code host:port}; may include this process
 * @param name name of the cluster; only nodes with the same name join each other
 * @param secret secret shared by all nodes; null without a cluster
 * @param node name of this node; empty if there is no cluster and no name was set
 */
public record ClusterSettings(
        boolean enabled,
        String host,
        int port,
        List<String> members,
        String name,
        @Nullable String secret,
        String node) {

    public ClusterSettings {
        members = List.copyOf(members);
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "ClusterSettings[enabled=" + enabled + ", host=" + host + ", port=" + port + ", members=" + members
                + ", name=" + name + ", node=" + node + ']';
    }

    /** Returns the host name of this machine and the id of this process: {@code mars-4711}. */
    static String ownName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "node";
        }
        String plain = host.replaceAll("[^A-Za-z0-9._-]", "-");
        return plain.substring(0, Math.min(30, plain.length()))
                + '-'
                + ProcessHandle.current().pid();
    }
}
