package org.starpunk.media;

import java.awt.Dimension;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.starpunk.note.UploadStore.UploadRefusedException;

/**
 * Copies a GIF block by block (GIF89a specification), including the animation, without decoding it. Of the extensions
 * it copies only those with a visible effect: delay and transparency of a frame, and the number of repetitions. It
 * removes comments, plain text, application data and unknown extensions. Refuses a file without the structure of the
 * format.
 */
final class GifMetadataStripper {

    /** Maximum number of frames, because a browser has to decode all of them. */
    private static final int MAX_FRAMES = 10_000;

    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int APPLICATION = 0xff;

    /** Application identifiers whose data contain the number of repetitions. */
    private static final Set<String> REPEAT = Set.of("NETSCAPE2.0", "ANIMEXTS1.0");

    private final ByteReader in;
    private final OutputStream out;
    private int frames;
    private boolean repeats;

    private GifMetadataStripper(InputStream in, OutputStream out) {
        this.in = new ByteReader(in);
        this.out = out;
    }

    /**
     * Copies a GIF.
     *
     * @return its size in pixels
     * @throws UploadRefusedException if it is malformed or too large
     */
    static Dimension copy(InputStream in, OutputStream out) throws IOException {
        try {
            return new GifMetadataStripper(in, out).copy();
        } catch (EOFException e) {
            throw new UploadRefusedException(400, "The GIF is cut off.");
        }
    }

    private Dimension copy() throws IOException {
        byte[] header = in.read(13);
        ImageReencoder.checkSize(word(header, 6), word(header, 8));
        out.write(header);
        copyColours(header[10]);
        int block = in.read();
        while (block != TRAILER) {
            switch (block) {
                case IMAGE -> copyImage();
                case EXTENSION -> copyExtension();
                default -> throw broken();
            }
            block = in.read();
        }
        if (frames == 0) {
            throw new UploadRefusedException(400, "The GIF contains no picture.");
        }
        out.write(TRAILER);
        return new Dimension(word(header, 6), word(header, 8));
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 255) | (bytes[at + 1] & 255) << 8;
    }

    /** Copies the colour table of 2 to 256 entries, which follows if the highest bit is set. */
    private void copyColours(int flags) throws IOException {
        if ((flags & 0x80) != 0) {
            in.copy(3L << ((flags & 7) + 1), out);
        }
    }

    private void copyImage() throws IOException {
        frames++;
        if (frames > MAX_FRAMES) {
            throw new UploadRefusedException(413, "The GIF has more than 10,000 frames.");
        }
        byte[] descriptor = in.read(9);
        ImageReencoder.checkSize(word(descriptor, 4), word(descriptor, 6));
        out.write(IMAGE);
        out.write(descriptor);
        copyColours(descriptor[8]);
        in.copy(1, out);
        copyBlocks();
    }

    private void copyExtension() throws IOException {
        int label = in.read();
        byte[] first = in.read(in.read());
        if (label == GRAPHIC_CONTROL) {
            if (first.length != 4) {
                throw broken();
            }
            write(label, first);
            out.write(0);
        } else if (label == APPLICATION && REPEAT.contains(new String(first, StandardCharsets.US_ASCII))) {
            copyRepeat(first);
            return;
        }
        if (first.length > 0) {
            skipBlocks();
        }
    }

    /** Copies the first block with the number of repetitions: three bytes, of which the first is 1. */
    private void copyRepeat(byte[] application) throws IOException {
        byte[] block = in.read(in.read());
        while (block.length > 0) {
            if (!repeats && block.length == 3 && block[0] == 1) {
                repeats = true;
                write(APPLICATION, application);
                out.write(block.length);
                out.write(block);
                out.write(0);
            }
            block = in.read(in.read());
        }
    }

    private void write(int label, byte[] block) throws IOException {
        out.write(EXTENSION);
        out.write(label);
        out.write(block.length);
        out.write(block);
    }

    private void copyBlocks() throws IOException {
        int length;
        do {
            length = in.read();
            out.write(length);
            in.copy(length, out);
        } while (length > 0);
    }

    private void skipBlocks() throws IOException {
        int length;
        do {
            length = in.read();
            in.skip(length);
        } while (length > 0);
    }

    private static UploadRefusedException broken() {
        return new UploadRefusedException(400, "The GIF is broken.");
    }
}
