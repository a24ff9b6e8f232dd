package org.starpunk.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.starpunk.note.UploadStore.UploadRefusedException;

/**
 * Copies the segments of a JPEG that its pixels need (ITU-T T.81, annex B): frame, tables, scans, the colour
 * information of JFIF and Adobe, and the colour profile reduced by {@link ColorProfileReducer}. Reads only the orientation
 * from EXIF. Counts the scans, and computes the memory that a decoder needs for them, before any of them is decoded.
 */
final class JpegMetadataStripper {

    /** Maximum number of scans. Encoders write about 10; each scan costs a pass over all pixels. */
    static final int MAX_SCANS = 100;

    /**
     * Maximum number of 8 × 8 coefficient blocks in all scans together: about 4 s of work. An empty scan of 14 bytes
     * costs a decoder as much as a full one.
     */
    private static final long MAX_SCANNED_BLOCKS = 12_500_000;

    /** Decoding cost of one block in one scan, in pixels of a plain JPEG. */
    private static final int PIXELS_PER_BLOCK = 16;

    /**
     * Maximum memory for coefficients, in bytes. A decoder holds a picture with several scans as a whole, outside the
     * heap. The limit allows 16 million pixels, or 33 million with subsampled colours.
     */
    private static final long MAX_COEFFICIENTS = 96L << 20;

    private static final int BLOCK_BYTES = 128;

    private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0};
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};
    private static final byte[] ICC = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1);

    private final ByteReader in;
    private final OutputStream out;
    private int width;
    private int height;
    private int components;
    private long[] blocks = {};
    private byte[] ids = {};
    private long scannedBlocks;
    private boolean buffered;
    private int scans;
    private boolean jfif;
    private boolean adobe;
    private boolean profile;
    private int orientation = ExifOrientation.UPRIGHT;

    private JpegMetadataStripper(InputStream in, OutputStream out) {
        this.in = new ByteReader(in);
        this.out = out;
    }

    /**
     * Copies a JPEG.
     *
     * @throws UploadRefusedException if it is malformed, too large, or cannot be decoded
     */
    static DecoderInput copy(InputStream in, OutputStream out) throws IOException {
        try {
            return new JpegMetadataStripper(in, out).copy();
        } catch (EOFException e) {
            throw new UploadRefusedException(400, "The JPEG is cut off.");
        }
    }

    private DecoderInput copy() throws IOException {
        require(in.readShort() == 0xffd8);
        out.write(0xff);
        out.write(0xd8);
        int marker = marker();
        while (marker != 0xd9) {
            marker = segment(marker);
        }
        if (scans == 0) {
            throw new UploadRefusedException(400, "The JPEG contains no picture.");
        }
        out.write(0xff);
        out.write(0xd9);
        long pixels = (long) width * height;
        long work = pixels + (buffered ? scannedBlocks * PIXELS_PER_BLOCK : 0);
        return new DecoderInput(ImageFormat.JPEG, width, height, orientation, components, work);
    }

    /**
     * Reads up to the code of the next marker. Skips bytes between segments, as every decoder does, because some
     * encoders write such bytes.
     */
    private int marker() throws IOException {
        int code = 0;
        while (code == 0) {
            int value = in.read();
            while (value != 0xff) {
                value = in.read();
            }
            code = code();
        }
        return code;
    }

    /** Reads the code after 0xff, which may be repeated as padding. */
    private int code() throws IOException {
        int code = in.read();
        while (code == 0xff) {
            code = in.read();
        }
        return code;
    }

    /**
     * Copies or skips a segment and the scan after it.
     *
     * @return the next marker
     */
    private int segment(int marker) throws IOException {
        if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
            return marker();
        }
        require(marker >= 0xc0 && marker != 0xd8);
        int length = in.readShort() - 2;
        require(length >= 0);
        switch (marker) {
            case 0xc0, 0xc1, 0xc2 -> frame(marker, in.read(length));
            case 0xc4, 0xdb, 0xdd -> write(marker, in.read(length));
            case 0xda -> {
                beginScan(in.read(length));
                return scan();
            }
            case 0xe0 -> jfif(in.read(length));
            case 0xe1 -> exif(in.read(length));
            case 0xe2 -> profile(in.read(length));
            case 0xee -> adobe(in.read(length));
            default -> {
                if (marker < 0xd0) {
                    throw new UploadRefusedException(
                            400, "The JPEG is arithmetic-coded, lossless or hierarchical and cannot be read.");
                }
                in.skip(length);
            }
        }
        return marker();
    }

    /** Reads the frame header (T.81, B.2.2). */
    private void frame(int marker, byte[] frame) throws IOException {
        require(components == 0 && frame.length >= 6);
        height = word(frame, 1);
        width = word(frame, 3);
        ImageReencoder.checkSize(width, height);
        if (frame[0] != 8) {
            throw new UploadRefusedException(400, "The JPEG has more than 8 bits per colour and cannot be read.");
        }
        components = frame[5];
        if (components == 4) {
            throw new UploadRefusedException(400, "The JPEG is in CMYK and cannot be read. Save it in RGB.");
        }
        require((components == 1 || components == 3) && frame.length == 6 + 3 * components);
        countBlocks(frame);
        buffered = marker == 0xc2;
        write(marker, frame);
    }

    /** Computes the number of blocks of each component (T.81, A.1.1). */
    private void countBlocks(byte[] frame) {
        int mostAcross = 1;
        int mostDown = 1;
        for (int i = 0; i < components; i++) {
            int factors = frame[7 + 3 * i];
            require(factors >> 4 >= 1 && factors >> 4 <= 4 && (factors & 15) >= 1 && (factors & 15) <= 4);
            mostAcross = Math.max(mostAcross, factors >> 4);
            mostDown = Math.max(mostDown, factors & 15);
        }
        long across = (width + 8L * mostAcross - 1) / (8L * mostAcross);
        long down = (height + 8L * mostDown - 1) / (8L * mostDown);
        blocks = new long[components];
        ids = new byte[components];
        for (int i = 0; i < components; i++) {
            ids[i] = frame[6 + 3 * i];
            blocks[i] = across * (frame[7 + 3 * i] >> 4) * down * (frame[7 + 3 * i] & 15);
        }
    }

    private void beginScan(byte[] header) throws IOException {
        require(components > 0 && header.length >= 1 && header[0] >= 1 && header[0] <= components);
        require(header.length == 4 + 2 * header[0]);
        scans++;
        if (scans > MAX_SCANS) {
            throw new UploadRefusedException(413, "The JPEG has more than 100 scans.");
        }
        buffered |= header[0] < components;
        for (int i = 0; i < header[0]; i++) {
            scannedBlocks += blocksOf(header[1 + 2 * i]);
        }
        if (scans > 1 && scannedBlocks > MAX_SCANNED_BLOCKS) {
            throw new UploadRefusedException(413, "The JPEG has too many scans for its size.");
        }
        if (buffered && Arrays.stream(blocks).sum() * BLOCK_BYTES > MAX_COEFFICIENTS) {
            throw new UploadRefusedException(
                    413, "The JPEG is progressive and has more than 16 million pixels: save it without that option.");
        }
        write(0xda, header);
    }

    private long blocksOf(byte id) {
        for (int i = 0; i < components; i++) {
            if (ids[i] == id) {
                return blocks[i];
            }
        }
        throw new UploadRefusedException(400, "The JPEG is broken.");
    }

    /**
     * Copies entropy-coded data up to the next marker.
     *
     * @return that marker
     */
    private int scan() throws IOException {
        while (true) {
            int next = in.read();
            if (next != 0xff) {
                out.write(next);
                continue;
            }
            int code = code();
            if (code != 0 && (code < 0xd0 || code > 0xd7)) {
                return code;
            }
            out.write(0xff);
            out.write(code);
        }
    }

    /** Copies the first JFIF segment without its thumbnail. */
    private void jfif(byte[] segment) throws IOException {
        if (!jfif && components == 0 && segment.length >= 14 && starts(segment, JFIF)) {
            jfif = true;
            byte[] kept = Arrays.copyOf(segment, 14);
            kept[12] = 0;
            kept[13] = 0;
            write(0xe0, kept);
        }
    }

    private void adobe(byte[] segment) throws IOException {
        if (!adobe && scans == 0 && segment.length >= 12 && starts(segment, ADOBE)) {
            adobe = true;
            write(0xee, Arrays.copyOf(segment, 12));
        }
    }

    private void exif(byte[] segment) {
        if (orientation == ExifOrientation.UPRIGHT && starts(segment, EXIF)) {
            orientation = ExifOrientation.of(Arrays.copyOfRange(segment, EXIF.length, segment.length));
        }
    }

    private void profile(byte[] segment) throws IOException {
        if (profile || scans > 0 || !starts(segment, ICC)) {
            return;
        }
        Optional<byte[]> reduced = ColorProfileReducer.reduce(Arrays.copyOfRange(segment, ICC.length, segment.length));
        if (reduced.isPresent()) {
            profile = true;
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            kept.writeBytes(ICC);
            kept.writeBytes(reduced.get());
            write(0xe2, kept.toByteArray());
        }
    }

    private void write(int marker, byte[] segment) throws IOException {
        int length = segment.length + 2;
        out.write(0xff);
        out.write(marker);
        out.write(length >> 8);
        out.write(length);
        out.write(segment);
    }

    private static boolean starts(byte[] segment, byte[] with) {
        return segment.length >= with.length && Arrays.equals(segment, 0, with.length, with, 0, with.length);
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 255) << 8 | (bytes[at + 1] & 255);
    }

    private static void require(boolean right) {
        if (!right) {
            throw new UploadRefusedException(400, "The JPEG is broken.");
        }
    }
}
