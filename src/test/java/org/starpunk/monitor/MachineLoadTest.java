package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CPU use of process and machine, from files in Linux's format. */
class MachineLoadTest {

    @TempDir
    Path proc;

    private final TestClock clock = new TestClock();
    private final MachineLoad load = new MachineLoad();

    private void read(long user, long idle, long waiting, long steal) throws IOException {
        Files.writeString(
                proc.resolve("stat"),
                "cpu  " + user + " 0 100 " + idle + " " + waiting + " 0 0 " + steal
                        + " 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n");
        Files.writeString(proc.resolve("loadavg"), "1.50 0.75 0.25 2/345 6789\n");
        load.accept(MachineLoad.read(proc, clock, new CgroupLimits(proc.resolve("absent"), proc)));
    }

    @Test
    void the_machine_is_shown_over_the_last_seconds() throws IOException {
        read(1_000, 5_000, 0, 0);
        clock.passSeconds(10);
        read(1_500, 5_300, 50, 150);
        assertThat(load.system().getDouble("cpu_percent")).isEqualTo(65.0);
        assertThat(load.system().getDouble("steal_percent")).isEqualTo(15.0);
        assertThat(load.system().getDouble("iowait_percent")).isEqualTo(5.0);
        assertThat(load.system().getDouble("load_1m")).isEqualTo(1.5);
        assertThat(load.system().getDouble("load_15m")).isEqualTo(0.25);
        assertThat(load.system().getDouble("span_s")).isEqualTo(10.0);
        assertThat(load.system().getString("text")).startsWith("The host: it gives 15 % of the CPU time to others");
        assertThat(load.process().getDouble("cpu_percent"))
                .as("the test's clock lets the process work all the time")
                .isEqualTo(100.0);
        assertThat(load.process().getInteger("threads")).isPositive();
    }

    @Test
    void a_busy_machine_is_distinguished_from_an_idle_one() throws IOException {
        read(0, 0, 0, 0);
        clock.passSeconds(10);
        read(10, 990, 0, 0);
        assertThat(load.system().getString("text")).startsWith("Neither: the machine is 1 % busy");
        clock.passSeconds(10);
        read(20, 990, 990, 0);
        assertThat(load.system().getString("text")).startsWith("The disk: ");
    }

    @Test
    void what_is_unknown_is_null() {
        load.accept(MachineLoad.read(proc.resolve("absent"), clock, new CgroupLimits(proc.resolve("absent"), proc)));
        assertThat(load.system().getValue("cpu_percent")).isNull();
        assertThat(load.system().getValue("load_1m")).isNull();
        assertThat(load.system().getValue("text")).isNull();
        assertThat(load.process().getValue("cpu_percent")).isNull();
        assertThat(load.process().getValue("cgroup_cores")).isNull();
    }
}
