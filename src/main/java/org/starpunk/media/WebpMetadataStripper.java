package org.starpunk.media;

import java.awt.Dimension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UploadStore.UploadRefusedException;

/**
 * Copies the visible chunks of a WebP (RFC 9649): the picture or the frames with their transparency, the animation, and
 * the colour profile reduced by {@link ColorProfileReducer}. Removes all other chunks, within frames too, and clears their
 * flags. Java cannot decode WebP, so the pixels are copied unchanged; only the declared sizes are checked.
 */
final class WebpMetadataStripper {

    /** Maximum number of frames, because a browser has to decode all of them. */
    private static final int MAX_FRAMES = 10_000;

    private static final int CHUNK_HEAD = 8;
    private static final int FRAME_HEAD = 16;
    private static final int PROFILE = 0x20;
    private static final int ALPHA = 0x10;
    private static final int ANIMATION = 0x02;

    private final byte[] file;
    private final ByteBuffer in;
    private final List<ByteRange> parts = new ArrayList<>();
    private @Nullable Dimension size;
    private int features = -1;
    private int frames;
    private boolean animated;
    private boolean picture;
    private boolean alpha;
    private byte @Nullable [] profile;

    private WebpMetadataStripper(byte[] file) {
        this.file = file;
        this.in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A range of an array. */
    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    private record ByteRange(byte[] bytes, int offset, int length) {}

    /** A chunk or a part of one, with the padding that makes its length even. */
    private record Chunk(String name, int at, int length) {}

    /**
     * Copies a WebP. Modifies the array.
     *
     * @return its size in pixels
     * @throws UploadRefusedException if it is malformed or too large
     */
    static Dimension copy(byte[] file, OutputStream out) throws IOException {
        WebpMetadataStripper webp = new WebpMetadataStripper(file);
        Dimension size = webp.read();
        webp.write(out);
        return size;
    }

    private Dimension read() {
        if (file.length < 20 || (in.getInt(4) & 0xffffffffL) + 8 > file.length) {
            throw new UploadRefusedException(400, "The WebP is cut off.");
        }
        int end = in.getInt(4) + 8;
        for (Chunk chunk : chunks(12, end)) {
            copyChunk(chunk);
        }
        if ((!picture && frames == 0) || size == null) {
            throw new UploadRefusedException(400, "The WebP contains no picture.");
        }
        require(frames == 0 || animated);
        return size;
    }

    private List<Chunk> chunks(int from, int end) {
        List<Chunk> chunks = new ArrayList<>();
        int at = from;
        while (at + CHUNK_HEAD <= end) {
            int length = in.getInt(at + 4);
            require(length >= 0 && length <= end - at - CHUNK_HEAD);
            chunks.add(new Chunk(new String(file, at, 4, StandardCharsets.ISO_8859_1), at + CHUNK_HEAD, length));
            at += CHUNK_HEAD + length + (length & 1);
        }
        return chunks;
    }

    private void copyChunk(Chunk chunk) {
        switch (chunk.name()) {
            case "VP8X" -> features(chunk);
            case "ICCP" -> profile(chunk);
            case "ANIM" -> animation(chunk);
            case "ANMF" -> frame(chunk);
            case "ALPH", "VP8 ", "VP8L" -> still(chunk);
            default -> {
                // EXIF, XMP and unknown chunks, which browsers do not display.
            }
        }
    }

    private void features(Chunk chunk) {
        require(features < 0 && size == null && chunk.length() >= 10);
        features = in.get(chunk.at());
        size = size(1 + triple(chunk.at() + 4), 1 + triple(chunk.at() + 7));
    }

    private void profile(Chunk chunk) {
        if (features >= 0 && profile == null && chunk.length() <= ColorProfileReducer.MAX_BYTES) {
            byte[] whole = new byte[chunk.length()];
            in.get(chunk.at(), whole);
            Optional<byte[]> reduced = ColorProfileReducer.reduce(whole);
            profile = reduced.orElse(null);
        }
    }

    private void animation(Chunk chunk) {
        if (features >= 0 && !animated && !picture) {
            require(chunk.length() == 6);
            animated = true;
            part(chunk);
        }
    }

    /** Copies a frame (RFC 9649, section 2.7.1.1): a header, and the chunks of one picture. */
    private void frame(Chunk chunk) {
        require(animated && !picture && chunk.length() >= FRAME_HEAD);
        frames++;
        if (frames > MAX_FRAMES) {
            throw new UploadRefusedException(413, "The WebP has more than 10,000 frames.");
        }
        Dimension announced = size(1 + triple(chunk.at() + 6), 1 + triple(chunk.at() + 9));
        int place = parts.size();
        int length = FRAME_HEAD;
        boolean pixels = false;
        for (Chunk inner : chunks(chunk.at() + FRAME_HEAD, chunk.at() + chunk.length())) {
            boolean transparency = inner.name().equals("ALPH") && !pixels && length == FRAME_HEAD;
            if (transparency || (isPicture(inner) && !pixels)) {
                pixels |= !transparency;
                alpha |= transparency;
                if (!transparency) {
                    require(announced.equals(pictureSize(inner)));
                }
                length += part(inner);
            }
        }
        require(pixels);
        in.putInt(chunk.at() - 4, length);
        parts.add(place, new ByteRange(file, chunk.at() - CHUNK_HEAD, CHUNK_HEAD + FRAME_HEAD));
    }

    private void still(Chunk chunk) {
        if (animated || picture) {
            return;
        }
        if (isPicture(chunk)) {
            Dimension announced = pictureSize(chunk);
            size = size == null ? announced : size;
            require(size.equals(announced));
            picture = true;
            part(chunk);
        } else if (features >= 0 && !alpha) {
            alpha = true;
            part(chunk);
        }
    }

    private static boolean isPicture(Chunk chunk) {
        return chunk.name().equals("VP8 ") || chunk.name().equals("VP8L");
    }

    private Dimension pictureSize(Chunk chunk) {
        int at = chunk.at();
        if (chunk.name().equals("VP8 ")) {
            require(chunk.length() >= 10);
            return size(in.getShort(at + 6) & 0x3fff, in.getShort(at + 8) & 0x3fff);
        }
        require(chunk.length() >= 5 && in.get(at) == 0x2f);
        int bits = in.getInt(at + 1);
        return size(1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
    }

    /**
     * Adds a chunk with its header.
     *
     * @return its length with padding
     */
    private int part(Chunk chunk) {
        parts.add(new ByteRange(file, chunk.at() - CHUNK_HEAD, CHUNK_HEAD + chunk.length()));
        int filler = chunk.length() & 1;
        if (filler == 1) {
            parts.add(new ByteRange(new byte[1], 0, 1));
        }
        return CHUNK_HEAD + chunk.length() + filler;
    }

    private void write(OutputStream out) throws IOException {
        if (features >= 0) {
            if (profile != null) {
                parts.add(0, chunk("ICCP", profile));
            }
            parts.add(0, chunk("VP8X", canvas()));
        }
        int length = parts.stream().mapToInt(ByteRange::length).sum();
        ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(length + 4);
        head.put("WEBP".getBytes(StandardCharsets.US_ASCII));
        out.write(head.array());
        for (ByteRange part : parts) {
            out.write(part.bytes(), part.offset(), part.length());
        }
    }

    /** Returns the flags of the copied features, and the size. */
    private byte[] canvas() {
        int kept = features & (ALPHA | (animated ? ANIMATION : 0) | (profile == null ? 0 : PROFILE));
        ByteBuffer canvas = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        Dimension all = Objects.requireNonNull(size);
        canvas.put((byte) kept).put(new byte[3]);
        putTriple(canvas, all.width - 1);
        putTriple(canvas, all.height - 1);
        return canvas.array();
    }

    private static ByteRange chunk(String name, byte[] value) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_HEAD + value.length + (value.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN);
        chunk.put(name.getBytes(StandardCharsets.US_ASCII)).putInt(value.length).put(value);
        return new ByteRange(chunk.array(), 0, chunk.capacity());
    }

    private static Dimension size(int width, int height) {
        ImageReencoder.checkSize(width, height);
        return new Dimension(width, height);
    }

    private static void require(boolean right) {
        if (!right) {
            throw new UploadRefusedException(400, "The WebP is broken.");
        }
    }

    private int triple(int at) {
        return (in.get(at) & 255) | (in.get(at + 1) & 255) << 8 | (in.get(at + 2) & 255) << 16;
    }

    private static void putTriple(ByteBuffer out, int value) {
        out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }
}
