package org.starpunk.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.Machine;
import org.starpunk.monitor.ProcessMemory.MemoryReading;

/** Sources of the process's memory figures. */
class ProcessMemoryTest {

    @Test
    void a_system_without_linux_files_is_asked_through_oshi() {
        MemoryReading read = new ProcessMemory(Path.of("no-such-file"), CgroupLimits.ofThisProcess()).read();
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
        MemoryReading other = new ProcessMemory(Path.of("no-such-file"), CgroupLimits.ofThisProcess()).read();
        MemoryReading file = new ProcessMemory(status, CgroupLimits.ofThisProcess()).read();
        assertThat(file.peak()).isGreaterThanOrEqualTo(file.rss());
        assertThat(other.peak()).isEqualTo(-1);
        assertThat(file.rss()).isBetween(other.rss() / 2, other.rss() * 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Serial", "Parallel", "G1"})
    void collections_of_young_objects_are_no_collections_of_the_old_generation(String collector) throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+Use" + collector + "GC",
                        "-Xmx48m",
                        "-Xmn8m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GarbageProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] printed = new String(program.getInputStream().readAllBytes(), UTF_8)
                .strip()
                .split(" ");
        assertThat(program.waitFor()).isZero();
        assertThat(printed[0]).as("before the full collection").isEqualTo("0");
        assertThat(printed[1]).as("after it").isEqualTo("1");
        assertThat(Long.parseLong(printed[2])).isBetween(1L << 18, 16L << 20);
    }
}
