package org.starpunk.media;

import java.awt.Dimension;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.starpunk.note.Uploads.Refused;

/**
 * Copies a GIF block by block (GIF89a specification), animation included, without comments and without application data but the
 * one that says how often it repeats. What does not have the format's structure to its end is refused.
 */
final class GifFile {

    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int COMMENT = 0xfe;
    private static final int APPLICATION = 0xff;

    private final DataInputStream in;
    private final OutputStream out;

    private GifFile(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** Copies it, and tells its size in pixels. */
    static Dimension copy(InputStream in, OutputStream out) throws IOException {
        try {
            return new GifFile(in, out).copy();
        } catch (EOFException e) {
            throw new Refused(400, "The GIF is cut off.");
        }
    }

    private Dimension copy() throws IOException {
        byte[] header = in.readNBytes(13);
        if (header.length < 13) {
            throw new EOFException();
        }
        Raster.checkSize(word(header, 6), word(header, 8));
        out.write(header);
        copyColours(header[10]);
        boolean image = false;
        while (true) {
            int block = in.readUnsignedByte();
            if (block == TRAILER) {
                out.write(TRAILER);
                break;
            } else if (block == IMAGE) {
                image = true;
                copyImage();
            } else if (block == EXTENSION) {
                copyExtension();
            } else {
                throw new Refused(400, "The GIF is broken.");
            }
        }
        if (!image) {
            throw new Refused(400, "The GIF has no picture in it.");
        }
        return new Dimension(word(header, 6), word(header, 8));
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 255) | (bytes[at + 1] & 255) << 8;
    }

    /** A table of 2 to 256 colours follows when the highest bit is set. */
    private void copyColours(int flags) throws IOException {
        if ((flags & 0x80) != 0) {
            copyBytes(3 << ((flags & 7) + 1));
        }
    }

    private void copyImage() throws IOException {
        out.write(IMAGE);
        byte[] descriptor = in.readNBytes(9);
        if (descriptor.length < 9) {
            throw new EOFException();
        }
        Raster.checkSize(word(descriptor, 4), word(descriptor, 6));
        out.write(descriptor);
        copyColours(descriptor[8]);
        copyBytes(1);
        blocks(true);
    }

    private void copyExtension() throws IOException {
        int label = in.readUnsignedByte();
        if (label == COMMENT) {
            blocks(false);
            return;
        }
        int length = in.readUnsignedByte();
        byte[] first = in.readNBytes(length);
        if (first.length < length) {
            throw new EOFException();
        }
        boolean keep = label != APPLICATION || new String(first, StandardCharsets.US_ASCII).equals("NETSCAPE2.0");
        if (keep) {
            out.write(EXTENSION);
            out.write(label);
            out.write(length);
            out.write(first);
        }
        if (length > 0) {
            blocks(keep);
        }
    }

    private void blocks(boolean keep) throws IOException {
        while (true) {
            int length = in.readUnsignedByte();
            byte[] block = in.readNBytes(length);
            if (block.length < length) {
                throw new EOFException();
            }
            if (keep) {
                out.write(length);
                out.write(block);
            }
            if (length == 0) {
                return;
            }
        }
    }

    private void copyBytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        out.write(bytes);
    }
}
