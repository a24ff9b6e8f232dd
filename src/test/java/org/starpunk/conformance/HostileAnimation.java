package org.starpunk.conformance;

import static org.starpunk.conformance.FileBytes.inserted;
import static org.starpunk.conformance.FileBytes.join;
import static org.starpunk.conformance.FileBytes.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** GIF and WebP files with many frames, and with chunks that show nothing. */
final class HostileAnimation {

    private HostileAnimation() {}

    static byte[] gifWith(byte[] extension, int bytes) {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        blocks.writeBytes(extension);
        byte[] block = Arrays.copyOf(join(new byte[] {(byte) 255}, text(HostilePictureFiles.SECRET)), 256);
        for (int i = 0; i < bytes / 256; i++) {
            blocks.writeBytes(block);
        }
        blocks.write(0);
        byte[] plain = TestPictures.image("gif", 20, 20);
        return inserted(plain, plain.length - 1, blocks.toByteArray());
    }

    static byte[] gifWithFrames(int count) {
        byte[] frame = {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0};
        ByteBuffer frames = ByteBuffer.allocate(count * frame.length);
        for (int i = 0; i < count; i++) {
            frames.put(frame);
        }
        byte[] plain = TestPictures.image("gif", 20, 20);
        return inserted(plain, plain.length - 1, frames.array());
    }

    static byte[] gifSized(int width, int height) {
        byte[] gif = TestPictures.image("gif", 20, 20);
        ByteBuffer.wrap(gif)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) width)
                .putShort(8, (short) height);
        return gif;
    }

    static byte[] webpWithFrames(int count) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        byte[] frame = frame(vp8l());
        for (int i = 0; i < count; i++) {
            frames.writeBytes(frame);
        }
        return webp(chunk("VP8X", canvas(1, 1, 0x02)), chunk("ANIM", new byte[6]), frames.toByteArray());
    }

    /** Returns an animated WebP of one frame, with EXIF data, XMP and an unknown chunk at each level. */
    static byte[] animatedWebp() {
        byte[] exif = chunk("EXIF", text(HostilePictureFiles.SECRET));
        byte[] xmp = chunk("XMP ", text(HostilePictureFiles.SECRET));
        byte[] unknown = chunk("abcd", text(HostilePictureFiles.SECRET));
        return webp(
                chunk("VP8X", canvas(1, 1, 0x02 | 0x08 | 0x04)),
                unknown,
                chunk("ANIM", new byte[6]),
                frame(join(exif, vp8l(), xmp, unknown)),
                frame(join(unknown, vp8l())),
                exif,
                xmp);
    }

    static byte[] frame(byte[] chunks) {
        return chunk("ANMF", join(new byte[16], chunks));
    }

    /** Returns the chunk of one pixel. */
    static byte[] vp8l() {
        byte[] plain = TestPictures.of("webp");
        return Arrays.copyOfRange(plain, 12, plain.length);
    }

    static byte[] canvas(int width, int height, int features) {
        ByteBuffer canvas = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        canvas.putInt(features);
        canvas.putInt(width - 1).position(7);
        canvas.put((byte) (height - 1)).put((byte) ((height - 1) >> 8)).put((byte) ((height - 1) >> 16));
        return canvas.array();
    }

    static byte[] webp(byte[]... chunks) {
        byte[] all = join(chunks);
        ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        head.put(text("RIFF")).putInt(all.length + 4).put(text("WEBP"));
        return join(head.array(), all);
    }

    static byte[] chunk(String name, byte[] data) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + data.length + (data.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        chunk.put(text(name)).putInt(data.length).put(data);
        return chunk.array();
    }

    static byte[] filler(int megabytes) {
        return join(text(HostilePictureFiles.SECRET), new byte[megabytes * HostilePictureFiles.MEGABYTE]);
    }
}
