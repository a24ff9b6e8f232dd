package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.starpunk.Machine;
import org.starpunk.monitor.ProcessMemory.Reading;

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
        MemoryWatch watch = new MemoryWatch(10 << 20);
        watch.baseline(reading(100), 0);
        assertThat(watch.accept(reading(109), 1)).isFalse();
        assertThat(watch.accept(reading(111), 2)).isTrue();
        assertThat(watch.accept(reading(150), 3)).isFalse();
        assertThat(watch.accept(reading(105), 4)).isFalse();
        assertThat(watch.accept(reading(120), 5)).isTrue();
        assertThat(watch.highWater()).isEqualTo(150L << 20);
    }

    private static Reading reading(long megabytes) {
        return new Reading(megabytes << 20, 1L << 32, 1, 2, 3, 4);
    }
}
