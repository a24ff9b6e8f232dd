package org.starpunk.media;

import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.ServedImage;
import org.starpunk.note.UploadStore.UploadRefusedException;

/**
 * Decodes a JPEG or PNG that was reduced to its pixels, and encodes it upright, in the sizes that pages need. Memory is
 * bounded: it decodes a picture in stripes of 12.6 MB and scales each down before the next. A picture with too many
 * stripes is decoded with fewer pixels. Processor time is bounded too.
 */
final class ImageReencoder {

    /** Longer side of a stored picture, in pixels: more than any page of this site displays. */
    static final int FULL = 2048;

    static final long MAX_PIXELS = 100_000_000;

    /** Maximum length of a side, in pixels: the limit of JPEG and GIF, and of the five digits in a picture's path. */
    static final int MAX_SIDE = 65_535;

    private static final Logger LOG = LoggerFactory.getLogger(ImageReencoder.class);
    private static final long STRIPE_BYTES = 12_600_000;

    /** Maximum number of stripes. Each stripe decodes all rows above it again, so a slow picture has only one. */
    private static final int STRIPES = 3;

    private static final long LONG_WORK = 120_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final float JPEG_QUALITY = 0.85f;

    private ImageReencoder() {}

    /**
     * Writes the picture at its full size, as {@code full}, and its narrower copies, named by their widths.
     *
     * @param from file reduced to its pixels, as {@code picture} describes
     * @return the full size, in pixels
     */
    static Dimension write(Path from, DecoderInput picture, Path folder) throws IOException {
        BufferedImage full = ExifOrientation.apply(picture.orientation(), read(from, picture));
        save(full, picture.type(), folder.resolve("full"));
        for (int width : ServedImage.WIDTHS) {
            if (width < full.getWidth()) {
                int height = scaled(full.getHeight(), (double) width / full.getWidth());
                save(AreaScaler.scale(full, width, height), picture.type(), folder.resolve(Integer.toString(width)));
            }
        }
        return new Dimension(full.getWidth(), full.getHeight());
    }

    static void checkSize(long width, long height) {
        if (width < 1 || height < 1) {
            throw new UploadRefusedException(400, "The picture has no size.");
        }
        if (width > MAX_SIDE || height > MAX_SIDE) {
            throw new UploadRefusedException(413, "The picture is wider or higher than 65,535 pixels.");
        }
        if (width * height > MAX_PIXELS) {
            throw new UploadRefusedException(413, "The picture has more than 100 million pixels.");
        }
    }

    /** Decodes a picture. Decoders throw every kind of exception for malformed files, and errors for hostile ones. */
    private static BufferedImage read(Path from, DecoderInput picture) throws IOException {
        try (TimedImageInput in = new TimedImageInput(from, LIMIT)) {
            try {
                return decode(in, picture);
            } catch (IOException | RuntimeException e) {
                throw in.isExpired()
                        ? new UploadRefusedException(413, "The picture takes more than 10 s to decode.")
                        : new UploadRefusedException(400, "The picture is broken, or its format cannot be read.");
            } catch (VirtualMachineError e) {
                LOG.warn("cannot decode a picture", e);
                throw new UploadRefusedException(413, "The picture takes too much memory to decode.");
            }
        }
    }

    private static BufferedImage decode(TimedImageInput in, DecoderInput picture) throws IOException {
        Iterator<ImageReader> readers =
                ImageIO.getImageReadersByFormatName(picture.type().extension());
        ImageReader reader = readers.next();
        try {
            int step = step(picture);
            int width = (picture.width() + step - 1) / step;
            int height = (picture.height() + step - 1) / step;
            double scale = Math.min(1.0, (double) FULL / Math.max(width, height));
            int rows = (int) Math.max(1, STRIPE_BYTES / ((long) width * picture.pixelBytes()));
            @Nullable AreaScaler scaler = null;
            for (int top = 0; top < height; top += rows) {
                int stripeRows = Math.min(rows, height - top);
                ImageReadParam param = reader.getDefaultReadParam();
                param.setSourceRegion(new Rectangle(
                        0, top * step, picture.width(), Math.min(stripeRows * step, picture.height() - top * step)));
                param.setSourceSubsampling(step, step, 0, 0);
                in.seek(0);
                reader.setInput(in, false, true);
                BufferedImage stripe = reader.read(0, param);
                if (scaler == null) {
                    boolean alpha = stripe.getColorModel().hasAlpha();
                    scaler = new AreaScaler(width, height, scaled(width, scale), scaled(height, scale), alpha);
                }
                scaler.add(stripe);
            }
            return Objects.requireNonNull(scaler).result();
        } finally {
            reader.dispose();
        }
    }

    /** Returns the distance between decoded pixels in each row and column. */
    private static int step(DecoderInput picture) {
        int stripes = picture.work() > LONG_WORK ? 1 : STRIPES;
        long bytes = (long) picture.width() * picture.height() * picture.pixelBytes();
        int step = 1;
        while (bytes / ((long) step * step) > stripes * STRIPE_BYTES) {
            step++;
        }
        return step;
    }

    private static void save(BufferedImage image, ImageFormat type, Path to) throws IOException {
        VerifiedFileWriter.write(to, out -> encode(image, type, out));
    }

    /** Encodes without ImageIO's file caches, which fail once the process is stopping. */
    private static void encode(BufferedImage image, ImageFormat type, OutputStream out) throws IOException {
        ImageWriter writer =
                ImageIO.getImageWritersByFormatName(type.extension()).next();
        try (MemoryCacheImageOutputStream cache = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (type == ImageFormat.JPEG) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(JPEG_QUALITY);
            }
            writer.setOutput(cache);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }
}
