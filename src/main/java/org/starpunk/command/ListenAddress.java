package org.starpunk.command;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import org.starpunk.config.Settings;

/** The address that the site listens on. */
final class ListenAddress {

    private ListenAddress() {}

    /** Returns the address as in a URL: {@code [::1]:8080}. */
    static String text(Settings settings) {
        return text(settings.host(), settings.port());
    }

    private static String text(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Returns the URL of a site with these settings on this machine. */
    static String url(Settings settings) {
        return url(settings, settings.port());
    }

    /** @param port port that the site listens on */
    static String url(Settings settings, int port) {
        String host = switch (settings.host()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> settings.host();
        };
        return (settings.tls() == null ? "http://" : "https://") + text(host, port);
    }

    /**
     * Checks that the port is free. Vert.x would let a second listener in this process share the port without an error.
     *
     * @throws CommandException if the port is in use, or the address does not belong to this machine
     */
    static void checkFree(Settings settings) {
        String address = text(settings);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
        } catch (UnknownHostException e) {
            throw failure(
                    address, "the host name does not resolve", "set STARPUNK_LISTEN to an address of this machine", e);
        } catch (BindException e) {
            throw refused(settings, address, e);
        } catch (IOException e) {
            throw failure(address, String.valueOf(e.getMessage()), "set STARPUNK_LISTEN to another address", e);
        }
    }

    private static CommandException refused(Settings settings, String address, BindException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.contains("Permission denied")) {
            return failure(
                    address,
                    "ports below 1024 are reserved for root",
                    "set STARPUNK_LISTEN=" + text(settings.host(), 8080) + " and put a proxy in front of it",
                    e);
        }
        if (reason.contains("Cannot assign")) {
            return failure(
                    address, "the address does not belong to this machine", "set STARPUNK_LISTEN=127.0.0.1:8080", e);
        }
        int next = settings.port() == 65_535 ? 8081 : settings.port() + 1;
        return failure(
                address,
                "the port is in use",
                "stop the other program (ss -ltnp 'sport = :" + settings.port() + "') or set STARPUNK_LISTEN="
                        + text(settings.host(), next),
                e);
    }

    private static CommandException failure(String address, String reason, String cure, Exception cause) {
        return new CommandException(ExitCode.FAILURE, "cannot listen on " + address + ": " + reason, cure)
                .causedBy(cause);
    }
}
