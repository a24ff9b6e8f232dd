package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.command.KeepAliveConnection.KeepAliveResponse;
import org.starpunk.conformance.HostilePictureFiles;
import org.starpunk.conformance.TestPictures;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/** Pictures while the disk refuses writes, while the program stops, and with the launcher's heap. */
@SqliteOnly("the program is started on the data directory alone")
class PictureFaultsTest {

    private static final String FORM_START =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    private static final String FORM_END = "\r\n--b--\r\n";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> PATIENT =
            Map.of("STARPUNK_SHUTDOWN_TIMEOUT", "120", "STARPUNK_REQUEST_TIMEOUT", "120");

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();
    private final String token = SecretTokens.create();

    @BeforeEach
    void begin() {
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
        site.stop();
    }

    @AfterEach
    void close() {
        site.startAgain(0);
        site.close();
    }

    private RunningProgram serve(String... prefix) throws IOException {
        return RunningProgram.serve(
                new Program(folder, prefix),
                folder,
                PATIENT,
                "--data-dir",
                site.dataDir().toString());
    }

    private static byte[] form(byte[] picture) {
        ByteArrayOutputStream body =
                new ByteArrayOutputStream(FORM_START.length() + picture.length + FORM_END.length());
        body.writeBytes(FORM_START.getBytes(StandardCharsets.ISO_8859_1));
        body.writeBytes(picture);
        body.writeBytes(FORM_END.getBytes(StandardCharsets.ISO_8859_1));
        return body.toByteArray();
    }

    private String head(int length) {
        return "POST /micropub/media HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                + "Authorization: Bearer " + token + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /**
     * Uploads a picture without copying it, because copies of 20 MB for sixteen clients would fill the heap of the
     * test.
     */
    private KeepAliveResponse upload(int port, byte[] picture) throws IOException {
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            connection.write(head(FORM_START.length() + picture.length + FORM_END.length()) + FORM_START);
            connection.write(picture);
            connection.write(FORM_END);
            return connection.read();
        }
    }

    private Path stored(KeepAliveResponse answer) {
        String location = answer.head()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location: "))
                .findFirst()
                .orElseThrow()
                .substring(10);
        return site.dataDir().resolve(URI.create(location).getPath().substring(1));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(site.dataDir().resolve("media"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Returns noise of 256 colours: about 1.3 MB for the upload, more than twice that when stored. */
    private static byte[] noise() throws IOException {
        Random random = new Random(7);
        byte[][] colours = new byte[3][256];
        for (byte[] colour : colours) {
            random.nextBytes(colour);
        }
        BufferedImage image = new BufferedImage(
                1280,
                1000,
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 256, colours[0], colours[1], colours[2]));
        for (int y = 0; y < 1000; y++) {
            for (int x = 0; x < 1280; x++) {
                image.getRaster().setSample(x, y, 0, random.nextInt(256));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, "png", out)).isTrue();
        return out.toByteArray();
    }

    /** The system limits files to 1.6 MB, so later writes of the upload and of the result fail. */
    @Test
    void a_write_that_fails_is_an_error_and_leaves_nothing() throws Exception {
        byte[] small = TestPictures.image("png", 60, 40);
        byte[] jpeg = TestPictures.image("jpg", 900, 600);
        byte[] padded = HostilePictureFiles.of("png-unknown");
        try (RunningProgram program = serve("prlimit", "--fsize=1600000")) {
            int port = program.uri().getPort();
            assertThat(upload(port, small).status()).isEqualTo(201);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(files()).hasSize(1));
            assertThat(upload(port, padded).status())
                    .as("a write of the upload fails")
                    .isEqualTo(503);
            byte[] trailing = Arrays.copyOf(jpeg, 1_600_100);
            assertThat(upload(port, trailing).status())
                    .as("what is lost would not show")
                    .isEqualTo(503);
            byte[] noise = noise();
            assertThat(noise.length).isLessThan(1_600_000);
            assertThat(upload(port, noise).status())
                    .as("a write of the result fails")
                    .isEqualTo(503);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(files()).hasSize(1));
            assertThat(upload(port, jpeg).status()).isEqualTo(201);
            assertThat(program.log()).doesNotContain("\tat ");
        }
    }

    /** Uploads the first picture of the process, so that Java loads the decoder while the process stops. */
    @Test
    void uploads_under_way_are_finished_after_sigterm() throws Exception {
        for (String type : List.of("jpg", "png", "gif")) {
            byte[] body = form(TestPictures.image(type, 1500, 900));
            try (RunningProgram program = serve();
                    KeepAliveConnection upload =
                            new KeepAliveConnection(program.uri().getPort())) {
                int port = program.uri().getPort();
                String text = new String(body, StandardCharsets.ISO_8859_1);
                upload.write(head(body.length) + text.substring(0, text.length() / 2));
                program.terminate();
                await().atMost(PATIENCE).until(() -> refused(port));
                upload.write(text.substring(text.length() / 2));
                KeepAliveResponse answer = upload.read();
                assertThat(answer.status()).as(program.log()).isEqualTo(201);
                assertThat(program.exitCode()).isEqualTo(143);
                assertThat(ImageIO.read(stored(answer).toFile()).getWidth()).isEqualTo(1500);
                assertThat(program.logOfItself()).doesNotContain(" WARN ", " ERROR ", "\tat ");
            }
        }
        assertThat(files().stream().filter(file -> file.toString().contains("incoming")))
                .isEmpty();
    }

    private static boolean refused(int port) {
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            return connection.get("/readyz").status() == 503;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Uploads the most expensive picture of each format from 16 concurrent clients, with a heap of 128 MB. The process
     * must survive.
     */
    @Test
    void hostile_pictures_of_sixteen_clients_do_not_end_the_process() throws Exception {
        List<byte[]> pictures = new ArrayList<>();
        for (String kind : List.of(
                "png-ztxt",
                "png-itxt",
                "png-iccp",
                "png-exif",
                "png-16-bit",
                "png-interlaced",
                "png-many-chunks",
                "jpg-segments",
                "jpg-100-scans",
                "jpg-100-scans-large",
                "jpg-2000-scans",
                "jpg-profile",
                "gif-extensions",
                "gif-20-mb",
                "webp-chunks",
                "webp-frames")) {
            pictures.add(HostilePictureFiles.of(kind));
        }
        Queue<KeepAliveResponse> answers = new ConcurrentLinkedQueue<>();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newFixedThreadPool(pictures.size());
        try (RunningProgram program = serve()) {
            int port = program.uri().getPort();
            for (int i = 0; i < pictures.size(); i++) {
                int first = i;
                clients.execute(() -> {
                    for (int round = 0; round < 2; round++) {
                        try {
                            answers.add(upload(port, pictures.get((first + 5 * round) % pictures.size())));
                        } catch (IOException e) {
                            failures.add(e.toString());
                        }
                    }
                });
            }
            clients.shutdown();
            List<KeepAliveResponse> author = new ArrayList<>();
            while (!clients.awaitTermination(200, TimeUnit.MILLISECONDS)) {
                author.add(upload(port, TestPictures.image("jpg", 800, 600)));
                assertThat(program.get("/").statusCode()).isEqualTo(200);
            }
            assertThat(failures).as(program.log()).isEmpty();
            assertThat(author)
                    .isNotEmpty()
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.body()).isEqualTo(201));
            assertThat(answers)
                    .hasSize(2 * pictures.size())
                    .allSatisfy(answer -> assertThat(answer.status())
                            .as(answer.body())
                            .isIn(201, 413, 503)); // 503: too many large pictures are queued
            author.addAll(answers);
            for (KeepAliveResponse answer : author) {
                if (answer.status() == 201) {
                    assertThat(stored(answer)).isNotEmptyFile();
                }
            }
            System.out.println("hostile pictures: " + author.size() + " uploads, " + peak(program));
        }
    }

    private static String peak(RunningProgram program) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + program.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("");
    }
}
