package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;

/** All files of the program are readable by its own user only, independent of the umask. */
@SqliteOnly("the files of a data directory")
class PrivateFilesTest {

    @TempDir
    Path folder;

    @Test
    void all_files_of_a_site_are_for_its_user_alone_from_the_first_start_to_a_restore() throws Exception {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("kept/backup.zip");
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            program.claim(program.setupLink());
            upload(program);
            assertThat(program.submit("/admin/notes/new", "/admin/notes", "text", "A note", "status", "published")
                            .statusCode())
                    .isEqualTo(303);
            assertThat(program.get("/feed.atom?all=true").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(data.resolve("backups")).isDirectoryContaining("glob:**.zip"));
            new Program(folder).ok("backup", backup.toString());
            new Program(folder).ok("export", folder.resolve("kept/notes").toString());
            new Program(folder).ok("export", folder.resolve("kept/notes.zip").toString());
            assertThat(names(data)).contains("server.json", "media", "tmp", "backups", "starpunk.db-wal", "reserve");
            assertThat(open(data)).isEmpty();
        }
        assertThat(open(folder.resolve("kept"))).isEmpty();
        new Program(folder).ok("restore", "--yes", backup.toString());
        assertThat(open(data)).isEmpty();
        makeOpen(data);
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            assertThat(program.get("/").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(open(data)).isEmpty());
        }
    }

    private static void upload(RunningProgram program) throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(900, 600, BufferedImage.TYPE_INT_RGB), "png", picture))
                .isTrue();
        String token = Jsoup.parse(
                        program.get("/admin/notes/new", "Accept", "text/html").body())
                .expectFirst("input[name=csrf]")
                .val();
        Buffer body = Buffer.buffer("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + token
                        + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n")
                .appendBytes(picture.toByteArray())
                .appendString("\r\n--b--\r\n");
        HttpResponse<String> kept =
                program.send(program.request("/admin/photos", "Content-Type", "multipart/form-data; boundary=b")
                        .POST(BodyPublishers.ofByteArray(body.getBytes()))
                        .build());
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(201);
    }

    private static List<Path> below(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            return all.toList();
        }
    }

    private static List<String> names(Path top) throws IOException {
        return below(top).stream().map(path -> path.getFileName().toString()).toList();
    }

    /** Returns the files that other users can read, write or enter, with their permissions. */
    private static List<String> open(Path top) throws IOException {
        List<String> open = new ArrayList<>();
        for (Path path : below(top)) {
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            if (!permissions.endsWith("------")) {
                open.add(permissions + ' ' + top.relativize(path));
            }
        }
        return open;
    }

    /** Sets the permissions that earlier versions left with the usual umask. */
    private static void makeOpen(Path top) throws IOException {
        for (Path path : below(top)) {
            String permissions = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
