package org.starpunk.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.filters.ImageFilter;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.starpunk.note.Uploads.Refused;

/**
 * Reads a JPEG or PNG and writes it anew: so nothing is in the result but its pixels, the right way up. The dimensions are read
 * before the pixels are, and a large picture is read coarsely: never more than 12 million pixels are in memory, which the
 * shipped heap of 128 MB bears.
 */
final class Raster {

    /** The longer side of what is kept, pixels: more than any page of this site shows. */
    static final int FULL = 2048;

    /** The longer side of the small size, pixels: twice the width of a phone's text column. */
    static final int SMALL = 640;

    static final long MAX_PIXELS = 100_000_000;

    private static final long MAX_READ = 12_500_000;
    private static final double JPEG_QUALITY = 0.85;

    private Raster() {}

    /** Writes the picture at its full and its small size. */
    static void write(Path from, PictureType type, Path full, Path small) throws IOException {
        BufferedImage image = read(from, type);
        save(image, FULL, type, full);
        save(image, SMALL, type, small);
    }

    private static BufferedImage read(Path from, PictureType type) {
        try {
            return decode(from, type);
        } catch (Refused e) {
            throw e;
        } catch (IOException | RuntimeException e) { // decoders meet broken files with every kind of exception
            throw new Refused(400, "The picture is cut off, broken, or of a kind that cannot be read.");
        }
    }

    private static BufferedImage decode(Path from, PictureType type) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(type.extension());
        ImageReader reader = readers.next();
        try (FileImageInputStream in = new FileImageInputStream(from.toFile())) {
            reader.setInput(in);
            checkSize(reader.getWidth(0), reader.getHeight(0));
            Orientation orientation = orientation(reader);
            ImageReadParam param = reader.getDefaultReadParam();
            int step = step(reader.getWidth(0), reader.getHeight(0));
            param.setSourceSubsampling(step, step, 0, 0);
            return upright(reader.read(0, param), orientation);
        } finally {
            reader.dispose();
        }
    }

    static void checkSize(long width, long height) {
        if (width < 1 || height < 1) {
            throw new Refused(400, "The picture has no size.");
        }
        if (width * height > MAX_PIXELS) {
            throw new Refused(413, "The picture has more than 100 million pixels.");
        }
    }

    /** Every how many-th pixel is read. */
    private static int step(int width, int height) {
        int step = 1;
        while ((long) width * height / ((long) step * step) > MAX_READ) {
            step++;
        }
        return step;
    }

    private static Orientation orientation(ImageReader reader) {
        try {
            Orientation orientation = ExifUtils.getExifOrientation(reader, 0);
            return orientation == null ? Orientation.TOP_LEFT : orientation;
        } catch (IOException | RuntimeException e) {
            return Orientation.TOP_LEFT; // broken metadata: the pixels may be sound
        }
    }

    private static BufferedImage upright(BufferedImage image, Orientation orientation) {
        ImageFilter filter = ExifFilterUtils.getFilterForOrientation(orientation);
        return orientation == Orientation.TOP_LEFT ? image : filter.apply(image);
    }

    private static void save(BufferedImage image, int side, PictureType type, Path to) throws IOException {
        double scale = Math.min(1.0, (double) side / Math.max(image.getWidth(), image.getHeight()));
        Thumbnails.of(image)
                .size(scaled(image.getWidth(), scale), scaled(image.getHeight(), scale))
                .keepAspectRatio(false)
                .imageType(type == PictureType.JPEG ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB)
                .outputFormat(type.extension())
                .outputQuality(JPEG_QUALITY)
                .toFile(to.toFile());
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }
}
