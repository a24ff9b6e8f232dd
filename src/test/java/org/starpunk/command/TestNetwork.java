package org.starpunk.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.starpunk.Machine;

/**
 * Machines for a test, on one switch: network namespaces with an address each, joined by a bridge of this machine,
 * which has the first address. Needs root, and Debian's packages iproute2 and iptables.
 */
final class TestNetwork implements AutoCloseable {

    private final String name = "sp" + ProcessHandle.current().pid();
    private final String network;
    private final int machines;

    private TestNetwork(int machines) {
        long pid = ProcessHandle.current().pid();
        this.network = "10." + (200 + pid % 50) + '.' + pid / 50 % 250 + '.';
        this.machines = machines;
    }

    /** Creates the machines. Skips the test where that is not permitted, as in most containers. */
    static TestNetwork of(int machines) {
        Machine.needs("ip", "iproute2");
        Machine.needs("iptables", "iptables");
        TestNetwork network = new TestNetwork(machines);
        Thread leftOver = new Thread(network::close);
        Runtime.getRuntime().addShutdownHook(leftOver);
        try {
            network.create();
            return network;
        } catch (IOException refused) {
            network.close();
            String why = "network namespaces are not permitted here: " + refused.getMessage();
            System.out.println("skipped: " + why);
            Machine.forbids(why);
            throw new AssertionError(refused);
        }
    }

    private void create() throws IOException {
        run("ip", "link", "add", name, "type", "bridge");
        run("ip", "addr", "add", host() + "/24", "dev", name);
        run("ip", "link", "set", name, "up");
        for (int i = 0; i < machines; i++) {
            String space = space(i);
            run("ip", "netns", "add", space);
            run("ip", "link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space);
            run("ip", "link", "set", space, "master", name, "up");
            run("ip", "-n", space, "addr", "add", address(i) + "/24", "dev", "eth0");
            run("ip", "-n", space, "link", "set", "eth0", "up");
            run("ip", "-n", space, "link", "set", "lo", "up");
        }
        part(0, 1);
        heal(0);
    }

    private String space(int machine) {
        return name + '-' + machine;
    }

    /** Returns this machine's address, which all of them reach. */
    String host() {
        return network + '1';
    }

    String address(int machine) {
        return network + (11 + machine);
    }

    /** Returns the command prefix that runs a command on one of them. */
    String[] on(int machine) {
        return new String[] {"ip", "netns", "exec", space(machine)};
    }

    /** Blocks the traffic between two machines. */
    void part(int machine, int other) throws IOException {
        for (String[] rule : new String[][] {{"INPUT", "-s"}, {"OUTPUT", "-d"}}) {
            inside(machine, "iptables", "-A", rule[0], rule[1], address(other), "-j", "DROP");
        }
    }

    /** Unblocks all traffic. */
    void heal(int machine) throws IOException {
        inside(machine, "iptables", "-F");
    }

    private void inside(int machine, String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of(on(machine)));
        whole.addAll(List.of(command));
        run(whole.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < machines; i++) {
            quietly("ip", "netns", "del", space(i));
        }
        quietly("ip", "link", "del", name);
    }

    private static void quietly(String... command) {
        try {
            run(command);
        } catch (IOException notThere) {
            // It was never created, or is gone already.
        }
    }
}
