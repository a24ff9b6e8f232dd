package org.starpunk.media;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Buffered reader of a picture file. Every method throws {@link EOFException} if the file ends too early. Not
 * thread-safe.
 */
final class ByteReader {

    private final InputStream in;
    private final byte[] buffer = new byte[32 * 1024];
    private int position;
    private int limit;

    ByteReader(InputStream in) {
        this.in = in;
    }

    /** Reads one byte, 0 to 255. */
    int read() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 255;
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        if (read <= 0) {
            throw new EOFException();
        }
        position = 0;
        limit = read;
    }

    /** Reads an unsigned number of two bytes, the high byte first. */
    int readShort() throws IOException {
        return read() << 8 | read();
    }

    /** Reads an unsigned number of four bytes, the high byte first. */
    long readInt() throws IOException {
        return (long) readShort() << 16 | readShort();
    }

    /** Reads a number of bytes. The caller must limit the number, because the array is allocated at once. */
    byte[] read(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            if (position == limit) {
                fill();
            }
            int part = Math.min(count - done, limit - position);
            System.arraycopy(buffer, position, bytes, done, part);
            position += part;
            done += part;
        }
        return bytes;
    }

    /** Copies a number of bytes, in parts of the buffer's size. */
    void copy(long count, OutputStream out) throws IOException {
        long left = count;
        while (left > 0) {
            if (position == limit) {
                fill();
            }
            int part = (int) Math.min(left, limit - position);
            out.write(buffer, position, part);
            position += part;
            left -= part;
        }
    }

    void skip(long count) throws IOException {
        copy(count, OutputStream.nullOutputStream());
    }
}
