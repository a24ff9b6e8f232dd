package org.starpunk.conformance;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Images for uploads, and files that only resemble images. */
public final class TestPictures {

    /** One pixel, lossless. */
    private static final String WEBP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

    private TestPictures() {}

    public static byte[] of(String kind) {
        return switch (kind) {
            case "jpg" -> image("jpg", 60, 40);
            case "png" -> image("png", 60, 40);
            case "gif" -> image("gif", 60, 40);
            case "webp" -> Base64.getDecoder().decode(WEBP);
            case "cut" -> Arrays.copyOf(image("png", 60, 40), 60);
            case "text" -> "<svg onload=alert(1)>".getBytes(StandardCharsets.UTF_8);
            case "html-gif" -> "GIF89a<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
            case "bomb" -> bomb();
            case "huge" -> new byte[12 * 1024 * 1024];
            default -> throw new AssertionError("no picture " + kind);
        };
    }

    public static byte[] image(String format, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            image.setRGB(x, x * height / width, 0xff8800);
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a PNG whose header declares 30,000 × 30,000 pixels. */
    private static byte[] bomb() {
        byte[] png = image("png", 60, 40);
        byte[] size = {0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30};
        System.arraycopy(size, 0, png, 16, 8);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (crc.getValue() >> (24 - 8 * i));
        }
        return png;
    }
}
