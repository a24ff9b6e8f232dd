package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.Machine;
import org.starpunk.monitor.ProcessMemory.Reading;
import org.starpunk.telemetry.Sampling;

/** M5.1: what the process's memory is read from. */
class ProcessMemoryTest {

    @Test
    void a_system_without_linux_files_is_asked_through_oshi() {
        Reading read = new ProcessMemory(Path.of("no-such-file")).read();
        assertThat(read.rss()).isGreaterThan(10 << 20);
        assertThat(read.vms()).isGreaterThanOrEqualTo(read.rss());
        assertThat(read.heap()).isPositive();
        assertThat(read.nonHeap()).isPositive();
    }

    @Test
    void linux_and_oshi_tell_the_same() {
        Path status = Path.of("/proc/self/status");
        if (!status.toFile().exists()) {
            Machine.forbids("this is no Linux");
        }
        Reading other = new ProcessMemory(Path.of("no-such-file")).read();
        Reading file = new ProcessMemory(status).read();
        assertThat(file.rss()).isBetween(other.rss() / 2, other.rss() * 2);
    }

    @Test
    void growth_of_memory_warns_once_per_crossing() { // M5.2
        List<Boolean> warned = new ArrayList<>();
        Monitor monitor = new Monitor(new TestClock(), 10, 10 << 20, false);
        Desk desk = new Desk(monitor, Sampling.all(), MonitorTest.LIMITS, alert -> warned.add(alert.firing()), null);
        monitor.memory.baseline(reading(100), 0);
        for (long megabytes : new long[] {109, 111, 150, 105, 120}) {
            monitor.memory.accept(reading(megabytes), 1);
            desk.memoryRead();
        }
        assertThat(warned).containsExactly(true, false, true);
        assertThat(monitor.memory.highWater()).isEqualTo(150L << 20);
    }

    private static Reading reading(long megabytes) {
        return new Reading(megabytes << 20, 1L << 32, 1, 2, 3, 4);
    }
}
