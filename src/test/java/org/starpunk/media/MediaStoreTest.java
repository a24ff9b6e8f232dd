package org.starpunk.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.conformance.TestPictures;
import org.starpunk.note.ServedImage;
import org.starpunk.note.UploadStore.UploadRefusedException;

class MediaStoreTest {

    /** EXIF segment of a JPEG with orientation 6, a quarter turn, and a word that must be removed. */
    private static final byte[] EXIF = exif();

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static byte[] exif() {
        byte[] tiff = {
            'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0,
            0, 0
        };
        byte[] word = "HOME-ADDRESS".getBytes(StandardCharsets.US_ASCII);
        int length = 2 + tiff.length + word.length;
        byte[] segment = new byte[2 + length];
        segment[0] = (byte) 0xff;
        segment[1] = (byte) 0xe1;
        segment[2] = (byte) (length >> 8);
        segment[3] = (byte) length;
        System.arraycopy(tiff, 0, segment, 4, tiff.length);
        System.arraycopy(word, 0, segment, 4 + tiff.length, word.length);
        return segment;
    }

    private Path file(byte[] bytes) {
        try {
            return Files.write(dir.resolve("upload"), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path kept(byte[] bytes) {
        MediaStore media = new MediaStore(vertx, dir);
        String path = await(media.store(file(bytes).toString()));
        return dir.resolve(path.substring(1));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /**
     * Position of the EXIF segment: alone (without the JFIF segment of 18 bytes) or before JFIF, as cameras write it,
     * or after JFIF, as editors do.
     */
    @ParameterizedTest
    @CsvSource({"2, 20", "2, 2", "20, 20"})
    void a_jpeg_loses_its_metadata_and_stands_upright(int head, int rest) throws IOException {
        byte[] plain = TestPictures.image("jpg", 60, 40);
        byte[] jpeg = new byte[head + EXIF.length + plain.length - rest];
        System.arraycopy(plain, 0, jpeg, 0, head);
        System.arraycopy(EXIF, 0, jpeg, head, EXIF.length);
        System.arraycopy(plain, rest, jpeg, head + EXIF.length, plain.length - rest);
        Path kept = kept(jpeg);
        assertThat(text(kept)).doesNotContain("HOME-ADDRESS").doesNotContain("Exif");
        BufferedImage image = ImageIO.read(kept.toFile());
        assertThat(image.getWidth()).isEqualTo(40);
        assertThat(image.getHeight()).isEqualTo(60);
    }

    @Test
    void a_large_picture_is_kept_in_three_sizes_and_its_path_tells_its_own() throws IOException {
        Path kept = kept(TestPictures.image("jpg", 4000, 1000));
        String name = kept.getFileName().toString();
        assertThat(name).matches("[A-Za-z0-9_-]{43}-2048x512\\.jpg");
        assertThat(ImageIO.read(kept.toFile()).getWidth()).isEqualTo(2048);
        for (int width : ServedImage.WIDTHS) {
            BufferedImage copy = ImageIO.read(kept.resolveSibling(name.replace(".jpg", "-" + width + ".jpg"))
                    .toFile());
            assertThat(copy.getWidth()).isEqualTo(width);
            assertThat(copy.getHeight()).isEqualTo(width / 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"png, 700, 300, 1", "gif, 700, 300, 0", "jpg, 640, 300, 0", "webp, 1, 1, 0"})
    void a_path_tells_the_size_and_only_copies_that_are_there_are_offered(
            String type, int width, int height, int copies) throws IOException {
        byte[] bytes = type.equals("webp") ? TestPictures.of("webp") : TestPictures.image(type, width, height);
        Path kept = kept(bytes);
        ServedImage picture = ServedImage.of("/media/" + kept.getFileName()).orElseThrow();
        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        assertThat(picture.copies())
                .hasSize(copies)
                .allSatisfy(copy ->
                        assertThat(dir.resolve(picture.path(copy).substring(1))).exists());
        try (Stream<Path> files = Files.list(kept.getParent())) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(1 + copies);
        }
    }

    @Test
    void a_gif_loses_its_comments_only() throws IOException {
        byte[] plain = TestPictures.image("gif", 20, 20);
        byte[] comment = "!\u00fe\u0006SECRET\u0000".getBytes(StandardCharsets.ISO_8859_1);
        byte[] gif = new byte[plain.length + comment.length];
        System.arraycopy(plain, 0, gif, 0, plain.length - 1);
        System.arraycopy(comment, 0, gif, plain.length - 1, comment.length);
        gif[gif.length - 1] = 0x3b;
        Path kept = kept(gif);
        assertThat(text(kept)).doesNotContain("SECRET");
        assertThat(ImageIO.read(kept.toFile()).getWidth()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "cut", "html-gif", "bomb", "huge"})
    void what_is_refused_leaves_nothing_behind(String kind) throws IOException {
        assertThatThrownBy(() -> kept(TestPictures.of(kind))).hasCauseInstanceOf(UploadRefusedException.class);
        try (Stream<Path> left = Files.walk(dir)) {
            assertThat(left.filter(Files::isRegularFile)).containsExactly(dir.resolve("upload"));
        }
    }

    @Test
    void a_discarded_picture_is_gone() throws IOException {
        MediaStore media = new MediaStore(vertx, dir);
        String path = await(media.store(file(TestPictures.of("png")).toString()));
        await(media.discard(path));
        assertThat(media.find(path.substring("/media/".length()))).isEmpty();
    }
}
