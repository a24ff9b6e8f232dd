package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.archive.ArchiveReader;
import org.starpunk.command.Program;
import org.starpunk.job.BackupStatus;
import org.starpunk.job.JobRegistry;
import org.starpunk.job.JobStatus;

/** The automatic daily backup of a running server. */
@SqliteOnly("a PostgreSQL is copied by its own tools")
class BackupJourneyTest {

    private static final String HEALTH_TOKEN = "a-health-token-of-some-length";

    @TempDir
    Path folder;

    @Test
    void an_owned_site_is_backed_up_soon_after_its_start_and_its_health_says_when() throws IOException {
        Path backups = folder.resolve("backups");
        try (TestSite site = TestSite.start(Map.of(
                        "STARPUNK_BACKUP_ENABLED",
                        "true",
                        "STARPUNK_BACKUP_DIR",
                        backups.toString(),
                        "STARPUNK_HEALTH_TOKEN",
                        HEALTH_TOKEN))
                .setUp()) {
            site.publish("Worth keeping", "safe");
            JobRegistry jobs = site.deployment().jobs();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !jobs.list().isEmpty() && jobs.list().get(0).state() != JobStatus.Phase.RUNNING);

            JobStatus job = jobs.list().get(0);
            assertThat(job.state()).as(job.message()).isEqualTo(JobStatus.Phase.DONE);
            assertThat(job.name()).isEqualTo("backup");
            assertThat(job.percent()).isEqualTo(100);
            BackupStatus state = jobs.backup().orElseThrow();
            assertThat(state.failure()).isNull();
            assertThat(state.last()).isNotNull();
            Path file = Path.of(String.valueOf(state.file()));
            assertThat(file).hasParent(backups);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            try (ArchiveReader zip = ArchiveReader.open(file)) {
                assertThat(zip.manifest().orElseThrow().getLong("notes")).isEqualTo(1);
                assertThat(zip.paths()).contains("starpunk.db");
            }
            JsonObject check = backupCheck(site);
            assertThat(check.getString("status")).isEqualTo("up");
            assertThat(check.getString("last")).isEqualTo(String.valueOf(state.last()));
            // The backup is a business event, which the monitor shows.
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> site.json("/admin/metrics").encode().contains("backup_made"));
        }
    }

    @Test
    void a_backup_that_fails_is_told_in_jobs_and_in_health_which_stays_200() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "no folder");
        try (TestSite site = TestSite.start(Map.of(
                        "STARPUNK_BACKUP_ENABLED",
                        "true",
                        "STARPUNK_BACKUP_DIR",
                        file.resolve("backups").toString(),
                        "STARPUNK_HEALTH_TOKEN",
                        HEALTH_TOKEN))
                .setUp()) {
            JobRegistry jobs = site.deployment().jobs();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> jobs.list().stream().anyMatch(job -> job.state() == JobStatus.Phase.FAILED));
            assertThat(jobs.list().get(0).message()).contains("The backup failed", "a-file");
            JsonObject check = backupCheck(site);
            assertThat(check.getString("status")).isEqualTo("degraded");
            assertThat(check.getString("message")).contains("a-file");
            assertThat(List.of(site.get("/health").statusCode())).containsExactly(200);
        }
    }

    @Test
    void a_backup_dated_in_the_future_does_not_delay_the_next_one() throws Exception {
        Path backups = Files.createDirectory(folder.resolve("backups"));
        for (int day = 1; day <= 9; day++) {
            Files.createFile(backups.resolve("starpunk-2036010" + day + "T030000Z.zip"));
        }
        Map<String, String> environment = new HashMap<>();
        try (TestSite site = TestSite.start(environment).setUp()) {
            Files.writeString(
                    site.dataDir().resolve("last-backup.json"),
                    new JsonObject()
                            .put("time", "2036-01-09T03:00:00Z")
                            .put(
                                    "file",
                                    backups.resolve("starpunk-20360109T030000Z.zip")
                                            .toString())
                            .put("bytes", 1)
                            .put("notes", 1)
                            .encode());
            assertThat(new Program(folder)
                            .run("doctor", "--data-dir", site.dataDir().toString())
                            .out())
                    .contains("the last is dated 2036-01-09T03:00:00Z, which is in the future, and does not count");
            int port = site.uri().getPort();
            site.stop();
            environment.put("STARPUNK_BACKUP_ENABLED", "true");
            environment.put("STARPUNK_BACKUP_DIR", backups.toString());
            environment.put("STARPUNK_HEALTH_TOKEN", HEALTH_TOKEN);
            site.startAgain(port);
            JobRegistry jobs = site.deployment().jobs();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !jobs.list().isEmpty() && jobs.list().get(0).state() != JobStatus.Phase.RUNNING);
            assertThat(jobs.list().get(0).state()).isEqualTo(JobStatus.Phase.DONE);
            assertThat(Path.of(String.valueOf(jobs.backup().orElseThrow().file())))
                    .exists()
                    .hasParent(backups);
            assertThat(backupCheck(site).getString("status")).isEqualTo("up");
        }
    }

    private static JsonObject backupCheck(TestSite site) {
        String body = site.get("/health?detailed", "Authorization", "Bearer " + HEALTH_TOKEN)
                .body();
        return new JsonObject(body).getJsonObject("checks").getJsonObject("backup");
    }
}
