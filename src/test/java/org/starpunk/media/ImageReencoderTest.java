package org.starpunk.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.conformance.HostilePictureFiles;

/** Colours, transparency and orientation after scaling. */
class ImageReencoderTest {

    @TempDir
    Path dir;

    private BufferedImage written(byte[] file) throws IOException {
        boolean png = file[1] == 'P';
        Path clean = dir.resolve("clean");
        DecoderInput picture;
        try (OutputStream out = Files.newOutputStream(clean)) {
            ByteArrayInputStream in = new ByteArrayInputStream(file);
            picture = png ? PngMetadataStripper.copy(in, out) : JpegMetadataStripper.copy(in, out);
        }
        ImageReencoder.write(clean, picture, dir);
        return ImageIO.read(dir.resolve("full").toFile());
    }

    private static byte[] encoded(BufferedImage image, String type) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, type, out)).isTrue();
        return out.toByteArray();
    }

    private static byte[] filled(int type, int width, int height, int color, String format) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, color);
            }
        }
        return encoded(image, format);
    }

    private static int difference(int one, int other) {
        return IntStream.of(0, 8, 16, 24)
                .map(shift -> Math.abs((one >> shift & 255) - (other >> shift & 255)))
                .max()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "1, png, 300",
        "1, jpg, 300",
        "1, png, 3001",
        "1, jpg, 4999",
        "2, png, 3001",
        "12, png, 2500",
        "13, png, 2500",
        "8, png, 300"
    })
    void a_plain_colour_is_the_same_after_scaling(int type, String format, int width) throws IOException {
        int color = type == BufferedImage.TYPE_INT_ARGB ? 0x80ff8000 : type == 12 ? 0xffffffff : 0xff3366cc;
        BufferedImage result = written(filled(type, width, 700, color, format));
        int expected = format.equals("png") && type == 8 ? result.getRGB(0, 0) : color;
        for (int x : new int[] {0, 1, result.getWidth() / 2, result.getWidth() - 1}) {
            for (int y : new int[] {0, result.getHeight() / 2, result.getHeight() - 1}) {
                assertThat(difference(result.getRGB(x, y), expected))
                        .as(x + "," + y)
                        .isLessThan(4);
            }
        }
    }

    /** Java interprets grey as linear light, which would brighten it. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void grey_keeps_its_brightness(String format) throws IOException {
        BufferedImage image = new BufferedImage(900, 900, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 900; y++) {
            for (int x = 0; x < 900; x++) {
                image.getRaster().setSample(x, y, 0, 100);
            }
        }
        assertThat(difference(written(encoded(image, format)).getRGB(450, 450), 0xff646464))
                .isLessThan(3);
    }

    @Test
    void a_fine_pattern_becomes_its_mean() throws IOException {
        BufferedImage image = new BufferedImage(4096, 4096, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 4096; y++) {
            for (int x = 0; x < 4096; x++) {
                image.setRGB(x, y, (x + y) % 2 == 0 ? 0xffffff : 0);
            }
        }
        BufferedImage result = AreaScaler.scale(image, 2048, 1024);
        for (int x = 0; x < 2048; x += 13) {
            assertThat(difference(result.getRGB(x, x / 2), 0xff808080)).isLessThan(2);
        }
    }

    @Test
    void transparent_pixels_do_not_change_the_colour_of_others() {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffff0000);
        image.setRGB(1, 0, 0x0000ff00);
        image.setRGB(0, 1, 0x0000ff00);
        image.setRGB(1, 1, 0xffff0000);
        assertThat(AreaScaler.scale(image, 1, 1).getRGB(0, 0)).isEqualTo(0x80ff0000);
    }

    @Test
    void stripes_leave_no_seams() throws IOException {
        BufferedImage image = new BufferedImage(4500, 2500, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 2500; y++) {
            for (int x = 0; x < 4500; x++) {
                image.setRGB(x, y, y / 10);
            }
        }
        BufferedImage whole = AreaScaler.scale(image, 2048, 1138);
        BufferedImage striped = written(encoded(image, "png"));
        for (int y = 0; y < striped.getHeight(); y++) {
            assertThat(difference(striped.getRGB(700, y), whole.getRGB(700, y)))
                    .as("row " + y)
                    .isLessThan(2);
        }
    }

    static IntStream orientations() {
        return IntStream.rangeClosed(1, 8);
    }

    /** The first pixel of the file is at the corner that Exif 2.32 defines for each orientation. */
    @ParameterizedTest
    @MethodSource("orientations")
    void the_first_row_and_column_stand_where_exif_says(int orientation) throws IOException {
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0000);
        image.setRGB(3, 0, 0x00ff00);
        byte[] exif = HexFormat.of()
                .parseHex("4d4d002a00000008" + "0001" + "0112000300000001" + "000" + orientation + "0000");
        byte[] plain = encoded(image, "png");
        byte[] chunk = ByteBuffer.allocate(exif.length + 12)
                .putInt(exif.length)
                .put("eXIf".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .put(exif)
                .array();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Arrays.copyOf(plain, 33));
        file.writeBytes(chunk);
        file.writeBytes(Arrays.copyOfRange(plain, 33, plain.length));
        BufferedImage result = written(file.toByteArray());
        int right = result.getWidth() - 1;
        int bottom = result.getHeight() - 1;
        int[][] first = {
            {0, 0}, {right, 0}, {right, bottom}, {0, bottom}, {0, 0}, {right, 0}, {right, bottom}, {0, bottom}
        };
        int[][] second = {
            {right, 0}, {0, 0}, {0, bottom}, {right, bottom}, {0, bottom}, {right, bottom}, {right, 0}, {0, 0}
        };
        int[] red = first[orientation - 1];
        int[] green = second[orientation - 1];
        assertThat(new Color(result.getRGB(red[0], red[1]))).isEqualTo(Color.RED);
        assertThat(new Color(result.getRGB(green[0], green[1]))).isEqualTo(Color.GREEN);
    }

    /** The reduced profile has the same colours: sRGB red in linear light becomes brighter. */
    @Test
    void a_colour_profile_is_used() throws IOException {
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] plain = filled(BufferedImage.TYPE_INT_RGB, 64, 64, 0xff808080, "jpg");
        int length = profile.length + 16;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Arrays.copyOf(plain, 20));
        file.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe2, (byte) (length >> 8), (byte) length});
        file.writeBytes("ICC_PROFILE\0\1\1".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        file.writeBytes(profile);
        file.writeBytes(Arrays.copyOfRange(plain, 20, plain.length));
        byte[] reduced = ColorProfileReducer.reduce(profile).orElseThrow();
        assertThat(reduced.length).isLessThan(profile.length);
        assertThat(difference(written(file.toByteArray()).getRGB(30, 30), 0xffbcbcbc))
                .isLessThan(4);
    }

    @Test
    void a_progressive_jpeg_is_read() throws IOException {
        assertThat(written(HostilePictureFiles.progressive(1500, 1000)).getWidth())
                .isEqualTo(1500);
    }
}
