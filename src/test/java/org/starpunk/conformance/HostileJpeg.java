package org.starpunk.conformance;

import static org.starpunk.conformance.FileBytes.inserted;
import static org.starpunk.conformance.FileBytes.join;
import static org.starpunk.conformance.FileBytes.put;
import static org.starpunk.conformance.FileBytes.text;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEG files with many segments or scans, or with another coding. */
final class HostileJpeg {

    private HostileJpeg() {}

    static byte[] jpegWithSegments(int count) {
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] name = text(
                    i % 2 == 0
                            ? "Exif\0\0MM\0*\0\0\0\b\u00ff\u00ff"
                            : "http://ns.adobe.com/xap/1.0/\0" + HostilePictureFiles.SECRET);
            segments.writeBytes(segment(0xe1 + i % 13, Arrays.copyOf(name, 65_500)));
        }
        return inserted(TestPictures.image("jpg", 60, 40), 2, segments.toByteArray());
    }

    /** Returns a JPEG with a colour profile in several segments, whose lookup table declares 2 GB. */
    static byte[] jpegWithProfile() {
        byte[] profile = new byte[200_000];
        ByteBuffer head = ByteBuffer.wrap(profile);
        head.putInt(0, profile.length).putInt(8, 0x04300000);
        put(profile, 12, "mntrRGB XYZ ");
        put(profile, 36, "acsp");
        head.putInt(128, 1);
        put(profile, 132, "A2B0");
        head.putInt(136, 144).putInt(140, 50_000);
        put(profile, 144, "mAB \0\0\0\0\3\3\0\0");
        head.putInt(144 + 24, 100);
        Arrays.fill(profile, 244, 260, (byte) 255);
        ByteArrayOutputStream segments = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            byte[] part = Arrays.copyOfRange(profile, i * 50_000, (i + 1) * 50_000);
            segments.writeBytes(segment(0xe2, join(text("ICC_PROFILE\0"), new byte[] {(byte) (i + 1), 4}, part)));
        }
        return inserted(TestPictures.image("jpg", 60, 40), 20, segments.toByteArray());
    }

    static byte[] segment(int marker, byte[] data) {
        int length = data.length + 2;
        return join(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length}, data);
    }

    /** Returns a progressive JPEG of noise in bands. */
    static byte[] progressive(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y += 7) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, x * 31 + y * 17);
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream cache = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(cache);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** Repeats the last scan of a JPEG up to a number of scans. */
    static byte[] manyScans(byte[] jpeg, int count) {
        int last = 0;
        int scans = 0;
        for (int i = 2; i < jpeg.length - 1; i++) {
            if ((jpeg[i] & 255) == 0xff && (jpeg[i + 1] & 255) == 0xda) {
                last = i;
                scans++;
            }
        }
        byte[] scan = Arrays.copyOfRange(jpeg, last, jpeg.length - 2);
        // The coded data is not needed: a scan without data costs a decoder as much.
        byte[] empty = Arrays.copyOf(scan, 2 + (scan[2] << 8 | scan[3]));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, jpeg.length - 2);
        for (int i = scans; i < count; i++) {
            out.writeBytes(empty);
        }
        out.write(jpeg, jpeg.length - 2, 2);
        return out.toByteArray();
    }

    /** Returns a JPEG whose frame declares another size. */
    static byte[] sized(byte[] jpeg, int width, int height) {
        ByteBuffer.wrap(jpeg).putShort(frameOfJpeg(jpeg) + 5, (short) height).putShort(frameOfJpeg(jpeg) + 7, (short)
                width);
        return jpeg;
    }

    /** Returns a JPEG whose frame declares another coding. */
    static byte[] marked(byte[] jpeg, int marker, int bits) {
        int frame = frameOfJpeg(jpeg);
        jpeg[frame + 1] = (byte) marker;
        jpeg[frame + 4] = (byte) bits;
        return jpeg;
    }

    private static int frameOfJpeg(byte[] jpeg) {
        for (int i = 2; i < jpeg.length - 9; i++) {
            int code = jpeg[i + 1] & 255;
            if ((jpeg[i] & 255) == 0xff && (code == 0xc0 || code == 0xc2)) {
                return i;
            }
        }
        throw new AssertionError("no frame");
    }
}
