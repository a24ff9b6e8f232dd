package org.starpunk.command;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.starpunk.config.Version;

/** What the doctor can tell of the machine and of the Java that runs here. */
final class MachineCheckup {

    private static final long LITTLE_DISK = 100L << 20;
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    private MachineCheckup() {}

    static List<Finding> look() {
        return List.of(versions(), flags(), browser());
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

    /** Those of the server that runs, when there is one of this user; else those of this very command. */
    private static Finding flags() {
        Optional<List<String>> server = ProcessHandle.allProcesses()
                .flatMap(process -> process.info().arguments().map(Arrays::asList).stream())
                .filter(MachineCheckup::isServer)
                .findFirst();
        List<String> flags = new ArrayList<>(
                server.orElseGet(() -> ManagementFactory.getRuntimeMXBean().getInputArguments()));
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            flags.addAll(List.of(
                    Objects.requireNonNullElse(System.getenv(variable), "").split(" ")));
        }
        String whose = server.isPresent() ? "the running server" : "this command";
        List<String> missing = new ArrayList<>();
        if (flags.stream().noneMatch(flag -> flag.startsWith("-Xmx") || flag.startsWith("-XX:MaxRAM"))) {
            missing.add("-Xmx128m");
        }
        for (String flag : List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")) {
            if (!flags.contains(flag)) {
                missing.add(flag);
            }
        }
        if (missing.isEmpty()) {
            return Finding.ok(
                    "jvm flags", whose + " has a heap limit, the serial collector, and ends when memory does");
        }
        return Finding.warning(
                "jvm flags",
                whose + " lacks " + String.join(" ", missing),
                "start it by bin/starpunk or the systemd unit, which set them, or add them after java");
    }

    private static boolean isServer(List<String> arguments) {
        return arguments.contains("serve")
                && arguments.stream()
                        .anyMatch(word -> word.endsWith("starpunk.jar") || word.equals("org.starpunk.Main"));
    }

    private static Finding browser() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : path.split(File.pathSeparator)) {
            for (String name : BROWSERS) {
                Path browser = Path.of(folder, name);
                if (Files.isExecutable(browser)) {
                    return Finding.ok("browser", browser + ": the browser tests can run");
                }
            }
        }
        return Finding.ok(
                "browser", "none, which only the browser tests of the sources need (apt-get install chromium)");
    }

    /** How much room there is, against what the site takes. */
    static Finding disk(Path dataDir, long siteBytes) {
        try {
            return disk(Files.getFileStore(dataDir).getUsableSpace(), siteBytes);
        } catch (IOException e) {
            return Finding.fail("disk", "the disk cannot be asked: " + Failure.of(e), "see that it is mounted");
        }
    }

    /** @param free what is free, bytes */
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

    /** A clock that went back makes new notes older than old ones, and codes and logins expire wrongly. */
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
