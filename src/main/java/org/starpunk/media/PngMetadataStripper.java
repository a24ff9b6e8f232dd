package org.starpunk.media;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.starpunk.note.UploadStore.UploadRefusedException;

/**
 * Copies the chunks of a PNG that its pixels need (PNG third edition, section 11.2): IHDR, PLTE, tRNS, IDAT and IEND.
 * Skips every other chunk unread, except the orientation in eXIf, so that no compressed metadata reaches a decoder.
 */
final class PngMetadataStripper {

    private static final long SIGNATURE = 0x89504e470d0a1a0aL;
    private static final int MAX_EXIF = 65_536;

    /** Maximum size of a picture after decompression, in bytes: 100 million pixels of 4 bytes. */
    private static final long MAX_RAW = 400_000_000;

    private final ByteReader in;
    private final OutputStream out;
    private final byte[] data = new byte[32 * 1024];
    private int dataLength;
    private boolean palette;
    private boolean transparency;
    private boolean pixels;
    private boolean pixelsEnded;
    private int orientation = ExifOrientation.UPRIGHT;

    private PngMetadataStripper(InputStream in, OutputStream out) {
        this.in = new ByteReader(in);
        this.out = out;
    }

    /**
     * Copies a PNG.
     *
     * @throws UploadRefusedException if it is malformed or too large
     */
    static DecoderInput copy(InputStream in, OutputStream out) throws IOException {
        try {
            return new PngMetadataStripper(in, out).copy();
        } catch (EOFException e) {
            throw new UploadRefusedException(400, "The PNG is cut off.");
        }
    }

    private DecoderInput copy() throws IOException {
        require(in.readInt() << 32 == (SIGNATURE & 0xffffffff00000000L) && in.readInt() == (SIGNATURE & 0xffffffffL));
        out.write(ByteBuffer.allocate(8).putLong(SIGNATURE).array());
        require(in.readInt() == 13);
        byte[] first = type();
        require(new String(first, StandardCharsets.ISO_8859_1).equals("IHDR"));
        byte[] header = checked(first, 13);
        int width = ByteBuffer.wrap(header).getInt(4);
        int height = ByteBuffer.wrap(header).getInt(8);
        ImageReencoder.checkSize(width, height);
        int depth = header[12];
        int colors = header[13];
        int channels = channels(depth, colors);
        require(header[14] == 0 && header[15] == 0 && (header[16] == 0 || header[16] == 1));
        long raw = ((long) width * channels * depth + 7) / 8 * height;
        if (raw > MAX_RAW) {
            throw new UploadRefusedException(413, "The PNG is larger than 400 MB when decompressed.");
        }
        write(header, header.length);
        chunks(colors);
        int samples = channels + (transparency && colors != 3 ? 1 : 0);
        long work = Math.max((long) width * height, raw / 2) * (header[16] == 1 ? 2 : 1);
        return new DecoderInput(ImageFormat.PNG, width, height, orientation, samples * (depth == 16 ? 2 : 1), work);
    }

    private static int channels(int depth, int colors) {
        return switch (colors) {
            case 0 -> allowed(depth, 1, 1, 2, 4, 8, 16);
            case 2 -> allowed(depth, 3, 8, 16);
            case 3 -> allowed(depth, 1, 1, 2, 4, 8);
            case 4 -> allowed(depth, 2, 8, 16);
            case 6 -> allowed(depth, 4, 8, 16);
            default -> throw broken();
        };
    }

    private static int allowed(int depth, int channels, int... depths) {
        require(Arrays.stream(depths).anyMatch(one -> one == depth));
        return channels;
    }

    private void chunks(int colors) throws IOException {
        while (true) {
            long length = in.readInt();
            byte[] type = type();
            require(length <= Integer.MAX_VALUE);
            String name = new String(type, StandardCharsets.ISO_8859_1);
            pixelsEnded |= pixels && !name.equals("IDAT");
            switch (name) {
                case "IDAT" -> pixels(type, length, colors);
                case "PLTE" -> palette(type, length, colors);
                case "tRNS" -> transparency(type, length, colors);
                case "eXIf" -> exif(length);
                case "IEND" -> {
                    require(length == 0);
                    if (!pixels) {
                        throw new UploadRefusedException(400, "The PNG contains no picture.");
                    }
                    flush();
                    write(type, type.length);
                    return;
                }
                default -> {
                    // A capital letter marks a critical chunk, without which the picture cannot be displayed.
                    require((type[0] & 0x20) != 0);
                    in.skip(length + 4);
                }
            }
        }
    }

    private void palette(byte[] type, long length, int colors) throws IOException {
        require(!palette && !pixels && length % 3 == 0 && length > 0 && length <= 768);
        byte[] chunk = checked(type, (int) length);
        palette = true;
        if (colors == 3) {
            write(chunk, chunk.length);
        }
    }

    private void transparency(byte[] type, long length, int colors) throws IOException {
        int max = colors == 3 ? 256 : colors == 0 ? 2 : 6;
        require(!transparency && !pixels && (colors != 3 || palette) && length <= max);
        byte[] chunk = checked(type, (int) length);
        if (colors == 0 || colors == 2 || colors == 3) {
            require(colors == 3 || length == max);
            transparency = true;
            write(chunk, chunk.length);
        }
    }

    private void exif(long length) throws IOException {
        if (length > MAX_EXIF) {
            in.skip(length + 4);
            return;
        }
        byte[] chunk = in.read((int) length);
        in.skip(4);
        orientation = ExifOrientation.of(chunk);
    }

    /** Copies pixels in chunks of one size, however small those of the file are. */
    private void pixels(byte[] type, long length, int colors) throws IOException {
        require(!pixelsEnded && (colors != 3 || palette));
        pixels = true;
        CRC32 crc = new CRC32();
        crc.update(type);
        long left = length;
        while (left > 0) {
            byte[] part = in.read((int) Math.min(left, 8192));
            crc.update(part);
            left -= part.length;
            copyPart(part);
        }
        require(in.readInt() == crc.getValue());
    }

    private void copyPart(byte[] part) throws IOException {
        if (dataLength + part.length > data.length) {
            flush();
        }
        System.arraycopy(part, 0, data, dataLength, part.length);
        dataLength += part.length;
    }

    private void flush() throws IOException {
        byte[] chunk = new byte[4 + dataLength];
        System.arraycopy("IDAT".getBytes(StandardCharsets.US_ASCII), 0, chunk, 0, 4);
        System.arraycopy(data, 0, chunk, 4, dataLength);
        write(chunk, chunk.length);
        dataLength = 0;
    }

    private byte[] type() throws IOException {
        return in.read(4);
    }

    /** Reads the data of a chunk after its type, and verifies the checksum. */
    private byte[] checked(byte[] type, int length) throws IOException {
        byte[] chunk = new byte[4 + length];
        System.arraycopy(type, 0, chunk, 0, 4);
        System.arraycopy(in.read(length), 0, chunk, 4, length);
        require(in.readInt() == crc(chunk, chunk.length));
        return chunk;
    }

    private void write(byte[] chunk, int length) throws IOException {
        out.write(ByteBuffer.allocate(4).putInt(length - 4).array());
        out.write(chunk, 0, length);
        out.write(ByteBuffer.allocate(4).putInt((int) crc(chunk, length)).array());
    }

    private static long crc(byte[] chunk, int length) {
        CRC32 crc = new CRC32();
        crc.update(chunk, 0, length);
        return crc.getValue();
    }

    private static void require(boolean right) {
        if (!right) {
            throw broken();
        }
    }

    private static UploadRefusedException broken() {
        return new UploadRefusedException(400, "The PNG is broken.");
    }
}
