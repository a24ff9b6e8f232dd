package org.starpunk.conformance;

import static org.starpunk.conformance.FileBytes.join;
import static org.starpunk.conformance.FileBytes.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Small PNG files that exhaust the memory of a careless decoder. */
final class HostilePng {

    private static final byte[] PNG_HEAD = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private HostilePng() {}

    /** Returns a PNG of 60 × 40 pixels with a chunk before its pixels. */
    static byte[] pngWith(String type, byte[] data) {
        byte[] plain = TestPictures.image("png", 60, 40);
        return join(Arrays.copyOf(plain, 33), pngChunk(type, data), Arrays.copyOfRange(plain, 33, plain.length));
    }

    static byte[] pngWithMany(int count) {
        ByteBuffer chunks = ByteBuffer.allocate(count * 12);
        byte[] empty = pngChunk("IDAT", new byte[0]);
        for (int i = 0; i < count; i++) {
            chunks.put(empty);
        }
        byte[] plain = TestPictures.image("png", 60, 40);
        return join(Arrays.copyOf(plain, 33), chunks.array(), Arrays.copyOfRange(plain, 33, plain.length));
    }

    static byte[] pngChunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(text(type));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(text(type))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    static byte[] png(int width, int height, int depth, int colors, int interlaced, byte[] pixels) {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) depth)
                .put((byte) colors)
                .putShort((short) 0)
                .put((byte) interlaced)
                .array();
        return join(PNG_HEAD, pngChunk("IHDR", header), pngChunk("IDAT", pixels), pngChunk("IEND", new byte[0]));
    }

    /** Zeros, deflated. */
    static byte[] bomb(int megabytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated =
                new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION), 64 * 1024)) {
            for (int i = 0; i < megabytes; i++) {
                deflated.write(new byte[HostilePictureFiles.MEGABYTE]);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }
}
