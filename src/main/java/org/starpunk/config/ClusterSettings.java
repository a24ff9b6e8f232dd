package org.starpunk.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * How this process finds others.
 *
 * @param enabled whether it looks for any
 * @param host the address of the one network interface at which they find it
 * @param port the port there
 * @param members where they are, {@code host:port}; this process may be among them
 * @param name only processes that say the same join each other
 * @param node what this one is called; empty when it looks for no others and was given no name
 */
public record ClusterSettings(boolean enabled, String host, int port, List<String> members, String name, String node) {

    public ClusterSettings {
        members = List.copyOf(members);
    }

    /** The name of this machine and the id of this process: {@code mars-4711}. */
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
