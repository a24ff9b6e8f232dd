package org.starpunk.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Concatenation of parts of files. */
final class FileBytes {

    private FileBytes() {}

    /** Returns the first two thirds of a file. */
    static byte[] cut(byte[] file) {
        return Arrays.copyOf(file, file.length * 2 / 3);
    }

    static byte[] inserted(byte[] file, int at, byte[] what) {
        return join(Arrays.copyOf(file, at), what, Arrays.copyOfRange(file, at, file.length));
    }

    static void put(byte[] bytes, int at, String text) {
        System.arraycopy(text(text), 0, bytes, at, text.length());
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
