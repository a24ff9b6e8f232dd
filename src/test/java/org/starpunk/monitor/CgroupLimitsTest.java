package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.monitor.CgroupLimits.CgroupMemory;

/** Limits of cgroups of both versions, from files in the kernel's format. */
class CgroupLimitsTest {

    private static final long MB = 1 << 20;

    @TempDir
    Path root;

    private Path file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private CgroupLimits cgroup(String membership) throws IOException {
        return new CgroupLimits(file("membership", membership), root);
    }

    @Test
    void version_2_reads_limit_and_use_without_file_cache_that_can_be_dropped() throws IOException {
        file("app/memory.max", 100 * MB + "\n");
        file("app/memory.current", 95 * MB + "\n");
        file("app/memory.stat", "anon 1\nfile 2\ninactive_file " + 20 * MB + "\nactive_file 3\n");
        file("app/cpu.max", "150000 100000\n");
        CgroupLimits cgroup = cgroup("0::/app\n");
        assertThat(cgroup.memory()).isEqualTo(new CgroupMemory(100 * MB, 75 * MB));
        assertThat(cgroup.cores()).isEqualTo(1.5);
    }

    @Test
    void the_tightest_limit_of_the_ancestors_holds() throws IOException {
        file("slice/app/memory.max", "max\n");
        file("slice/app/cpu.max", "max 100000\n");
        file("slice/memory.max", 64 * MB + "\n");
        file("slice/memory.current", 10 * MB + "\n");
        file("slice/cpu.max", "50000 100000\n");
        CgroupLimits cgroup = cgroup("0::/slice/app\n");
        assertThat(cgroup.memory()).isEqualTo(new CgroupMemory(64 * MB, 10 * MB));
        assertThat(cgroup.cores()).isEqualTo(0.5);
    }

    @Test
    void a_container_sees_its_own_limit_at_the_root() throws IOException {
        file("memory.max", 256 * MB + "\n");
        file("memory.current", 200 * MB + "\n");
        file("memory.stat", "inactive_file 0\n");
        assertThat(cgroup("0::/../../elsewhere\n").memory()).isEqualTo(new CgroupMemory(256 * MB, 200 * MB));
        assertThat(cgroup("0::/docker/0123\n").memory()).isEqualTo(new CgroupMemory(256 * MB, 200 * MB));
    }

    @Test
    void version_1_reads_limit_and_use() throws IOException {
        file("memory/docker/1/memory.limit_in_bytes", 512 * MB + "\n");
        file("memory/docker/1/memory.usage_in_bytes", 500 * MB + "\n");
        file("memory/docker/1/memory.stat", "inactive_file 1\ntotal_inactive_file " + 100 * MB + "\n");
        file("memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("cpu/docker/1/cpu.cfs_quota_us", "25000\n");
        file("cpu/docker/1/cpu.cfs_period_us", "100000\n");
        CgroupLimits cgroup = cgroup("4:memory:/docker/1\n2:cpu,cpuacct:/docker/1\n0::/\n");
        assertThat(cgroup.memory()).isEqualTo(new CgroupMemory(512 * MB, 400 * MB));
        assertThat(cgroup.cores()).isEqualTo(0.25);
    }

    @Test
    void no_limit_is_none() throws IOException {
        file("memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("cpu/cpu.cfs_quota_us", "-1\n");
        CgroupLimits unlimited = cgroup("4:memory:/\n1:cpu:/\n0::/\n");
        assertThat(unlimited.memory()).isEqualTo(CgroupMemory.NONE);
        assertThat(unlimited.cores()).isEqualTo(-1);
        CgroupLimits absent = new CgroupLimits(root.resolve("absent"), root);
        assertThat(absent.memory()).isEqualTo(CgroupMemory.NONE);
        assertThat(absent.cores()).isEqualTo(-1);
    }
}
