package org.starpunk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for what a test starts later, or stops and starts again: outside of the range from which the system hands out ports by
 * itself, so that nobody gets one in between, and of each JVM its own part.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int LAST = 29_999;
    /** Two JVMs run at a time, of process ids that differ by little. */
    private static final int APART = 1_009;

    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * APART % (LAST - FIRST)));

    private Ports() {}

    /** One on which nobody listens, and that nobody else is given. */
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

    /** Whether the system hands out the ports of our range by itself: then no other is better. */
    private static boolean systemsOwn() {
        try {
            // By lines: such a file of the kernel is told only to who asks for all of it at once.
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
