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
import org.starpunk.config.BuildInfo;

/** Checks the machine and the Java runtime. */
final class MachineCheck {

    private static final long MIN_FREE_BYTES = 100L << 20;

    private MachineCheck() {}

    static List<CheckResult> run() {
        return List.of(versions());
    }

    private static CheckResult versions() {
        return CheckResult.ok(
                "versions",
                "starpunk %s, Java %s (%s), Vert.x %s, %s %s"
                        .formatted(
                                BuildInfo.current(),
                                Runtime.version(),
                                System.getProperty("java.vm.name"),
                                BuildInfo.vertx(),
                                System.getProperty("os.name"),
                                System.getProperty("os.arch")));
    }

    /** Returns the heap limit of the running server. Every way to start it is correct, so this is never a warning. */
    static CheckResult heap(Path dataDir) {
        Optional<String[]> arguments = RunningServerFile.of(dataDir)
                .flatMap(server -> server.process().info().arguments());
        if (arguments.isEmpty()) {
            return CheckResult.ok("heap", "no server runs");
        }
        return CheckResult.ok(
                "heap",
                Stream.concat(
                                Arrays.stream(arguments.get()),
                                Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
                                        .flatMap(name -> Stream.ofNullable(System.getenv(name)))
                                        .flatMap(options -> Arrays.stream(options.split(" "))))
                        .filter(flag -> flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxRAM"))
                        .reduce((first, last) -> last)
                        .map(flag -> "limit of the running server: " + flag)
                        .orElse("the running server uses Java's default limit, a quarter of the memory;"
                                + " bin/starpunk sets a lower one"));
    }

    /** Compares the free disk space with the size of the site. */
    static CheckResult disk(Path dataDir, long siteBytes) {
        try {
            return disk(Files.getFileStore(dataDir).getUsableSpace(), siteBytes);
        } catch (IOException e) {
            return CheckResult.fail(
                    "disk", "the disk cannot be asked: " + IoErrorMessages.of(e), "see that it is mounted");
        }
    }

    /** @param free free space, bytes */
    static CheckResult disk(long free, long siteBytes) {
        String text = "%,d MB free, the site takes %,d MB".formatted(free >> 20, siteBytes >> 20);
        if (free < MIN_FREE_BYTES) {
            return CheckResult.fail(
                    "disk", text, "free some space: below 100 MB the health check fails, at 0 nothing can be written");
        }
        if (free < 2 * siteBytes) {
            return CheckResult.warning(
                    "disk", text, "free space for a backup, or write backups to another disk: STARPUNK_BACKUP_DIR");
        }
        return CheckResult.ok("disk", text);
    }

    /**
     * Checks that the clock was not set back. Otherwise new notes would be older than existing ones, and codes and
     * logins would expire at wrong times.
     */
    static CheckResult clock(Path database) {
        Instant now = Instant.now();
        String text = now + ", zone " + ZoneId.systemDefault();
        try {
            Instant written =
                    Files.exists(database) ? Files.getLastModifiedTime(database).toInstant() : Instant.EPOCH;
            if (written.isAfter(now.plus(Duration.ofMinutes(5)))) {
                return CheckResult.fail(
                        "clock",
                        text + "; but the database was written in the future, at " + written,
                        "set the clock: timedatectl set-ntp true");
            }
        } catch (IOException e) {
            return CheckResult.warning(
                    "clock", text + "; the database's time cannot be read", "see the finding on the data directory");
        }
        return CheckResult.ok("clock", text);
    }
}
