package org.starpunk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that a test starts later, or stops and starts again. They are outside the system's range of
 * ephemeral ports, so that no other process gets one, and each JVM uses its own part.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int LAST = 29_999;
    /** Two JVMs run at a time, with process ids that differ by little. */
    private static final int APART = 1_009;

    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * APART % (LAST - FIRST)));

    private Ports() {}

    /** Returns a free port that no other test gets. */
    public static int free() {
        for (int tried = 0; tried <= LAST - FIRST; tried++) {
            int port =
                    systemsOwn() ? anyOfTheSystem() : FIRST + Math.floorMod(NEXT.getAndIncrement(), LAST - FIRST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new AssertionError("no port is free");
    }

    /** Returns whether the system assigns ports of our range itself; then no other range is better. */
    private static boolean systemsOwn() {
        try {
            // Reads lines, because the kernel supports only complete reads of such a file.
            String[] range = Files.readAllLines(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))
                    .get(0)
                    .strip()
                    .split("\\s+");
            return Integer.parseInt(range[0]) <= LAST && Integer.parseInt(range[1]) >= FIRST;
        } catch (IOException noLinux) {
            return false;
        }
    }

    private static int anyOfTheSystem() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
