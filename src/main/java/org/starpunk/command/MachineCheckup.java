package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.starpunk.config.Version;

/** Checks of the machine and of Java. */
final class MachineCheckup {

    private static final long LITTLE_DISK = 100L << 20;

    private MachineCheckup() {}

    static List<Finding> look() {
        return List.of(versions());
    }

    private static Finding versions() {
        return Finding.ok(
                "versions",
                "starpunk %s, Java %s (%s), Vert.x %s, %s %s"
                        .formatted(
                                Version.current(),
                                Runtime.version(),
                                System.getProperty("java.vm.name"),
                                Version.vertx(),
                                System.getProperty("os.name"),
                                System.getProperty("os.arch")));
    }

    /** Returns the heap limit of the running server. Every way to start it is correct, so this is never a warning. */
    static Finding heap(Path dataDir) {
        Optional<String[]> arguments = RunningServer.of(dataDir)
                .flatMap(server -> server.process().info().arguments());
        if (arguments.isEmpty()) {
            return Finding.ok("heap", "no server runs");
        }
        return Finding.ok(
                "heap",
                Stream.concat(
                                Arrays.stream(arguments.get()),
                                Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
                                        .flatMap(name -> Stream.ofNullable(System.getenv(name)))
                                        .flatMap(options -> Arrays.stream(options.split(" "))))
                        .filter(flag -> flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxRAM"))
                        .reduce((first, last) -> last)
                        .map(flag -> "the running server has a limit of its own: " + flag)
                        .orElse("the running server may use what Java takes by default, a quarter of the memory;"
                                + " bin/starpunk needs less"));
    }

    /** Compares the free disk space with the size of the site. */
    static Finding disk(Path dataDir, long siteBytes) {
        try {
            return disk(Files.getFileStore(dataDir).getUsableSpace(), siteBytes);
        } catch (IOException e) {
            return Finding.fail("disk", "the disk cannot be asked: " + Failure.of(e), "see that it is mounted");
        }
    }

    /** @param free free space, bytes */
    static Finding disk(long free, long siteBytes) {
        String text = "%,d MB free, the site takes %,d MB".formatted(free >> 20, siteBytes >> 20);
        if (free < LITTLE_DISK) {
            return Finding.fail(
                    "disk", text, "make room: below 100 MB the site's health is bad, at 0 nothing can be written");
        }
        if (free < 2 * siteBytes) {
            return Finding.warning(
                    "disk", text, "make room for a backup, or have them written elsewhere: STARPUNK_BACKUP_DIR");
        }
        return Finding.ok("disk", text);
    }

    /**
     * Checks that the clock has not gone back. New notes would be older than old ones, and codes and logins would
     * expire at wrong times.
     */
    static Finding clock(Path database) {
        Instant now = Instant.now();
        String text = now + ", zone " + ZoneId.systemDefault();
        try {
            Instant written =
                    Files.exists(database) ? Files.getLastModifiedTime(database).toInstant() : Instant.EPOCH;
            if (written.isAfter(now.plus(Duration.ofMinutes(5)))) {
                return Finding.fail(
                        "clock",
                        text + "; but the database was written at " + written + ", which is in the future",
                        "set the clock: timedatectl set-ntp true");
            }
        } catch (IOException e) {
            return Finding.warning(
                    "clock", text + "; the database's time cannot be read", "see the line of the data directory");
        }
        return Finding.ok("clock", text);
    }
}
