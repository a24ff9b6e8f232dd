package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.config.BackupSettings;

/** Retention of automatic backups. */
class BackupDirectoryTest {

    private static final LocalDateTime START = LocalDateTime.parse("2026-08-01T03:00:00");

    @TempDir
    Path folder;

    /** Simulates sixty days with one backup each, and the deletion of expired ones after each backup. */
    private static List<LocalDateTime> after60Days(int keepDays, int keepWeeks) {
        List<LocalDateTime> kept = new ArrayList<>();
        for (int day = 0; day < 60; day++) {
            kept.add(START.plusDays(day));
            kept.removeAll(BackupDirectory.superfluous(kept, keepDays, keepWeeks));
        }
        return kept;
    }

    @Test
    void the_last_of_seven_days_and_of_four_weeks_are_kept() {
        List<LocalDateTime> kept = after60Days(7, 4);
        // 29 September 2026 is a Tuesday: the last backup of its week is among the days, and so are two of the week
        // before.
        assertThat(kept.stream().map(time -> time.toLocalDate().toString()))
                .containsExactly(
                        "2026-09-13",
                        "2026-09-20",
                        "2026-09-23",
                        "2026-09-24",
                        "2026-09-25",
                        "2026-09-26",
                        "2026-09-27",
                        "2026-09-28",
                        "2026-09-29");
    }

    @Test
    void without_weeks_the_days_alone_are_kept() {
        assertThat(after60Days(2, 0)).containsExactly(START.plusDays(58), START.plusDays(59));
    }

    @Test
    void of_one_day_the_last_is_kept() {
        List<LocalDateTime> times = List.of(START, START.plusHours(1), START.plusHours(2));
        assertThat(BackupDirectory.superfluous(times, 7, 4)).containsExactlyInAnyOrder(START, START.plusHours(1));
    }

    @Test
    void files_of_others_are_left_alone_and_leftovers_are_not() throws IOException {
        BackupDirectory backups = new BackupDirectory(new BackupSettings(true, folder, 1, 0));
        Path old = Files.createFile(backups.nextFile(Instant.parse("2026-11-20T10:00:00Z")));
        Path fresh = Files.createFile(backups.nextFile(Instant.parse("2026-11-21T10:00:00Z")));
        for (String name : List.of(
                "holiday.zip",
                "starpunk-before-the-move.zip",
                ".starpunk-20261121T090000Z.zip",
                "starpunk-20261121T090000Z.zip.db.partial")) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(backups.tidy(Instant.parse("2026-11-21T10:00:00Z"))).isEqualTo(1);
        assertThat(old).doesNotExist();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left)
                    .containsExactlyInAnyOrder(
                            fresh, folder.resolve("holiday.zip"), folder.resolve("starpunk-before-the-move.zip"));
        }
    }

    @Test
    void backups_that_are_dated_in_the_future_neither_count_nor_are_deleted() throws IOException {
        BackupDirectory backups = new BackupDirectory(new BackupSettings(true, folder, 2, 1));
        List<Path> ahead = new ArrayList<>();
        for (int day = 1; day <= 9; day++) {
            ahead.add(Files.createFile(backups.nextFile(Instant.parse("2036-01-0" + day + "T10:00:00Z"))));
        }
        Path oldest = Files.createFile(backups.nextFile(Instant.parse("2026-11-18T10:00:00Z")));
        Path older = Files.createFile(backups.nextFile(Instant.parse("2026-11-20T10:00:00Z")));
        Path fresh = Files.createFile(backups.nextFile(Instant.parse("2026-11-21T10:00:00Z")));
        assertThat(backups.tidy(Instant.parse("2026-11-21T10:00:01Z"))).isEqualTo(1);
        assertThat(oldest).doesNotExist();
        assertThat(List.of(older, fresh)).allSatisfy(file -> assertThat(file).exists());
        assertThat(ahead).allSatisfy(file -> assertThat(file).exists());
    }
}
