package org.starpunk.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.BackupSettings;

/**
 * Directory of the automatic backups. Retains the last backup of each of the newest days and of each of the newest
 * weeks.
 */
final class BackupDirectory {

    /** Tolerance for times in the future, because clocks differ slightly. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(BackupDirectory.class);
    private static final String PREFIX = "starpunk-";
    private static final String SUFFIX = ".zip";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

    private final BackupSettings settings;

    BackupDirectory(BackupSettings settings) {
        this.settings = settings;
    }

    /** Returns the file of a new backup, such as {@code backups/starpunk-20261121T104334Z.zip}. */
    Path nextFile(Instant now) {
        return settings.folder().resolve(PREFIX + TIME.format(now.atOffset(ZoneOffset.UTC)) + SUFFIX);
    }

    /**
     * Deletes expired backups and the files of interrupted backups. Backups that a wrong clock dated in the future are
     * ignored; otherwise they would replace new ones.
     *
     * @return number of deleted backups
     */
    int tidy(Instant now) throws IOException {
        List<LocalDateTime> times = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(settings.folder(), "{.,}" + PREFIX + "*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(".") || name.endsWith(".partial")) {
                    Files.deleteIfExists(file);
                } else {
                    read(name, times);
                }
            }
        }
        LocalDateTime latest = LocalDateTime.ofInstant(now.plus(TOLERANCE), ZoneOffset.UTC);
        List<LocalDateTime> ahead =
                times.stream().filter(time -> time.isAfter(latest)).toList();
        if (!ahead.isEmpty()) {
            LOG.warn(
                    "{} backups in {} are dated in the future, the last {}: they are ignored",
                    ahead.size(),
                    settings.folder(),
                    ahead.stream().max(Comparator.naturalOrder()).get());
            times.removeAll(ahead);
        }
        List<LocalDateTime> superfluous = superfluous(times, settings.keepDays(), settings.keepWeeks());
        for (LocalDateTime time : superfluous) {
            Files.deleteIfExists(settings.folder().resolve(PREFIX + TIME.format(time) + SUFFIX));
        }
        return superfluous.size();
    }

    private static void read(String name, List<LocalDateTime> times) {
        try {
            times.add(LocalDateTime.parse(
                    name.substring(PREFIX.length(), Math.max(PREFIX.length(), name.length() - SUFFIX.length())), TIME));
        } catch (DateTimeParseException e) {
            // Not an automatic backup.
        }
    }

    /**
     * Returns the expired times: neither the last of a day among the newest days with backups, nor the last of a week
     * among the newest weeks with backups (ISO 8601, UTC).
     */
    static List<LocalDateTime> superfluous(List<LocalDateTime> times, int keepDays, int keepWeeks) {
        Set<LocalDate> days = new HashSet<>();
        Set<String> weeks = new HashSet<>();
        List<LocalDateTime> superfluous = new ArrayList<>();
        for (LocalDateTime time :
                times.stream().sorted(Comparator.reverseOrder()).toList()) {
            boolean firstOfDay = days.add(time.toLocalDate());
            boolean firstOfWeek =
                    weeks.add(time.get(IsoFields.WEEK_BASED_YEAR) + "W" + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            boolean kept = (firstOfDay && days.size() <= keepDays) || (firstOfWeek && weeks.size() <= keepWeeks);
            if (!kept) {
                superfluous.add(time);
            }
        }
        return superfluous;
    }
}
