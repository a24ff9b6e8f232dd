package org.starpunk.media;

import java.awt.Dimension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Uploads.Refused;

/**
 * Copies a WebP chunk by chunk (RFC 9649), without EXIF and XMP, and with the flags that announce them cleared. Java cannot
 * decode WebP, so its pixels are passed on as they are; the sizes that it announces are checked.
 */
final class WebpFile {

    /** Everything that shows: the rest, known or not, is left out. */
    private static final Set<String> KEPT = Set.of("VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "ICCP");

    private static final int EXIF_AND_XMP = 0x08 | 0x04;

    private WebpFile() {}

    /** Copies it, and tells its size in pixels. */
    static Dimension copy(byte[] file, OutputStream out) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < 20 || (in.getInt(4) & 0xffffffffL) + 8 > file.length) {
            throw new Refused(400, "The WebP is cut off.");
        }
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(file.length);
        int end = in.getInt(4) + 8;
        int at = 12;
        boolean picture = false;
        Dimension size = null;
        while (at + 8 <= end) {
            String name = new String(file, at, 4, StandardCharsets.ISO_8859_1);
            int length = in.getInt(at + 4);
            int next = at + 8 + length + (length & 1);
            if (length < 0 || next < 0 || at + 8 + length > end) {
                throw new Refused(400, "The WebP is broken.");
            }
            if (KEPT.contains(name)) {
                Dimension announced = check(name, in, at + 8, length);
                picture |= !name.equals("VP8X") && (announced != null || name.equals("ANMF"));
                size = size == null ? announced : size;
                chunks.write(file, at, Math.min(next, end) - at);
            }
            at = next;
        }
        if (!picture || size == null) {
            throw new Refused(400, "The WebP has no picture in it.");
        }
        out.write(whole(chunks.toByteArray()));
        return size;
    }

    private static byte[] whole(byte[] chunks) {
        ByteBuffer out = ByteBuffer.allocate(chunks.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII));
        out.putInt(chunks.length + 4);
        out.put("WEBP".getBytes(StandardCharsets.US_ASCII));
        out.put(chunks);
        return out.array();
    }

    /** The size that a chunk announces, checked; null when it announces none. */
    private static @Nullable Dimension check(String name, ByteBuffer in, int at, int length) {
        switch (name) {
            case "VP8X" -> {
                require(length >= 10);
                in.put(at, (byte) (in.get(at) & ~EXIF_AND_XMP));
                return size(1 + triple(in, at + 4), 1 + triple(in, at + 7));
            }
            case "VP8 " -> {
                require(length >= 10);
                return size(in.getShort(at + 6) & 0x3fff, in.getShort(at + 8) & 0x3fff);
            }
            case "VP8L" -> {
                require(length >= 5 && in.get(at) == 0x2f);
                int bits = in.getInt(at + 1);
                return size(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
            }
            default -> {
                return null;
            }
        }
    }

    private static Dimension size(int width, int height) {
        Raster.checkSize(width, height);
        return new Dimension(width, height);
    }

    private static void require(boolean right) {
        if (!right) {
            throw new Refused(400, "The WebP is broken.");
        }
    }

    private static int triple(ByteBuffer in, int at) {
        return (in.get(at) & 255) | (in.get(at + 1) & 255) << 8 | (in.get(at + 2) & 255) << 16;
    }
}
