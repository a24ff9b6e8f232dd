package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.SqliteOnly;

/** Permissions of a data directory, deletion of leftovers, and refusal of a lost database. */
@SqliteOnly("the file of a database")
class DataDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path dir;

    @Test
    void a_new_site_is_for_its_user_alone() throws Exception {
        Path site = dir.resolve("new/site");
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            store.publish("For me", "");
            everythingIsPrivate(site);
        }
    }

    @Test
    void an_existing_site_that_others_can_read_is_closed_to_them() throws Exception {
        Path site = Files.createDirectory(dir.resolve("site"));
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            store.publish("Kept", "");
        }
        open(site, "rwxr-xr-x");
        try (Stream<Path> files = Files.list(site)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                open(file, "rw-r--r--");
            }
        }
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            store.publish("Written since", "");
            everythingIsPrivate(site);
        }
    }

    @Test
    void what_an_earlier_version_left_open_below_the_directory_is_closed_and_links_are_not_followed() throws Exception {
        Path site = Files.createDirectory(dir.resolve("site"));
        open(site, "rwx------");
        Path outside = Files.writeString(dir.resolve("outside.css"), "x");
        List<Path> files = List.of(
                site.resolve("media/picture.jpg"),
                site.resolve("static/theme.css"),
                site.resolve("backups/starpunk-20261120T030000Z.zip"),
                site.resolve("replaced-20261120-030000/media/old.jpg"));
        for (Path file : files) {
            write(file, NOW.minus(Duration.ofDays(9)));
            open(file, "rw-r--r--");
            open(Objects.requireNonNull(file.getParent()), "rwxr-xr-x");
        }
        open(outside, "rw-r--r--");
        Files.createSymbolicLink(site.resolve("static/linked.css"), outside);
        DataDirectory.deleteAbandoned(site, site.resolve("backups"), NOW);
        assertThat(files).allSatisfy(file -> {
            assertThat(permissions(file)).isEqualTo("rw-------");
            assertThat(permissions(Objects.requireNonNull(file.getParent()))).isEqualTo("rwx------");
        });
        assertThat(permissions(outside)).isEqualTo("rw-r--r--");
    }

    private static void open(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static void everythingIsPrivate(Path site) throws IOException {
        assertThat(permissions(site)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(site)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all)
                    .extracting(file -> file.getFileName().toString())
                    .contains("starpunk.db", "starpunk.db-wal");
            assertThat(all)
                    .allSatisfy(file ->
                            assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-------"));
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void a_shared_folder_that_holds_no_site_is_left_as_it_is() throws Exception {
        Files.writeString(dir.resolve("of-others.txt"), "x");
        open(dir, "rwxr-xr-x");
        DataDirectory.prepare(dir);
        assertThat(permissions(dir)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(dir.resolve("of-others.txt"))).isNotEqualTo("rw-------");
    }

    @Test
    void a_site_in_a_folder_like_the_temporary_one_is_refused() throws Exception {
        Files.createFile(dir.resolve("starpunk.db"));
        Files.setAttribute(dir, "unix:mode", 01777);
        assertThatThrownBy(() -> DataDirectory.prepare(dir))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("can be read by other users");
    }

    @Test
    void leftovers_of_killed_processes_are_swept_and_nothing_else() throws Exception {
        Path backups = dir.resolve("backups");
        List<Path> old = List.of(
                dir.resolve(".restore/static/large.bin"),
                dir.resolve("write-test123"),
                dir.resolve("last-backup.json.partial"),
                dir.resolve("tmp/sqlite99/libsqlitejdbc.so"),
                dir.resolve("media/incoming/key/full"),
                dir.resolve("media/incoming/import-1.partial"),
                backups.resolve(".starpunk-20261120T030000Z.zip.partial"),
                backups.resolve("starpunk-20261120T030000Z.zip.db.partial"));
        List<Path> kept = List.of(
                dir.resolve("starpunk.db"),
                dir.resolve("last-backup.json"),
                dir.resolve("media/picture.jpg"),
                dir.resolve("static/write-test.css"),
                dir.resolve("replaced-20261120-030000/starpunk.db"),
                backups.resolve("starpunk-20261120T030000Z.zip"),
                backups.resolve("mine.zip.partial"));
        for (Path file : old) {
            write(file, NOW.minus(Duration.ofHours(2)));
        }
        for (Path file : kept) {
            write(file, NOW.minus(Duration.ofDays(9)));
        }
        Path ofAWrongClock = dir.resolve("media/incoming/ahead.partial");
        write(ofAWrongClock, NOW.plus(Duration.ofDays(9)));
        Path underWay = dir.resolve("media/incoming/now.partial");
        write(underWay, NOW.minus(Duration.ofMinutes(5)));

        assertThat(DataDirectory.deleteAbandoned(dir, backups, NOW)).isEqualTo(old.size() + 1);

        assertThat(old).allSatisfy(file -> assertThat(file).doesNotExist());
        assertThat(dir.resolve(".restore")).doesNotExist();
        assertThat(dir.resolve("media/incoming/key")).doesNotExist();
        assertThat(ofAWrongClock).doesNotExist();
        assertThat(underWay).exists();
        assertThat(kept).allSatisfy(file -> assertThat(file).exists());
        assertThat(DataDirectory.deleteAbandoned(dir.resolve("none"), dir.resolve("none"), NOW))
                .isZero();
    }

    private static void write(Path file, Instant time) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        Files.setLastModifiedTime(file, FileTime.from(time));
        for (Path folder = file.getParent();
                folder != null
                        && (folder.toString().contains("incoming/")
                                || folder.toString().contains("/sqlite"));
                folder = folder.getParent()) {
            Files.setLastModifiedTime(folder, FileTime.from(time));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"empty + wal", "missing + wal", "empty + picture", "missing + picture", "no tables + picture"})
    void a_lost_database_is_not_taken_for_a_new_site(String what) throws Exception {
        Path file = dir.resolve("starpunk.db");
        if (what.startsWith("empty")) {
            Files.createFile(file);
        } else if (what.startsWith("no tables")) {
            try (var connection = OldDatabases.connect(dir);
                    var statement = connection.createStatement()) {
                int unused = statement.executeUpdate("CREATE TABLE x (y)");
                unused = statement.executeUpdate("DROP TABLE x");
            }
        }
        Path left = dir.resolve(what.endsWith("wal") ? "starpunk.db-wal" : "media/" + "a".repeat(43) + ".jpg");
        Files.createDirectories(left.getParent());
        Files.write(left, new byte[4152]);
        assertThatThrownBy(() -> {
                    DatabaseFile database = new DatabaseFile(dir);
                    try (DataDirectoryLock lock = database.share();
                            ConnectionFactory source = database.open(1)) {
                        assertThat(lock).isNotNull();
                        database.migrate(source);
                    }
                })
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.cure()).contains("starpunk restore FILE"))
                .hasMessageContaining("but ");
        assertThat(Files.size(left)).isEqualTo(4152);
    }

    @Test
    void an_empty_folder_of_pictures_and_an_empty_file_are_a_new_site() throws Exception {
        Files.createDirectories(dir.resolve("media/incoming"));
        Files.createFile(dir.resolve("media/incoming/upload"));
        Files.createFile(dir.resolve("starpunk.db"));
        try (RunningStore store = RunningStore.start(new DatabaseFile(dir))) {
            assertThat(store.publish("The first", "").id()).isEqualTo(1);
        }
    }
}
