package org.starpunk.media;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.filters.ImageFilter;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.starpunk.note.Picture;
import org.starpunk.note.Uploads.Refused;

/**
 * Reads a JPEG or PNG and writes it anew: so nothing is in the result but its pixels, the right way up. The dimensions are read
 * before the pixels are, and a large picture is read coarsely: never more than 12 million pixels are in memory, which the
 * shipped heap of 128 MB bears.
 */
final class Raster {

    /** The longer side of what is kept, pixels: more than any page of this site shows. */
    static final int FULL = 2048;

    static final long MAX_PIXELS = 100_000_000;

    private static final long MAX_READ = 12_500_000;
    private static final double JPEG_QUALITY = 0.85;

    private Raster() {}

    /**
     * Writes the picture at its full size, as {@code full}, and its narrower copies, by their widths.
     *
     * @return the full size, pixels
     */
    static Dimension write(Path from, PictureType type, Path folder) throws IOException {
        BufferedImage image = read(from, type);
        double scale = Math.min(1.0, (double) FULL / Math.max(image.getWidth(), image.getHeight()));
        Dimension full = new Dimension(scaled(image.getWidth(), scale), scaled(image.getHeight(), scale));
        save(image, full, type, folder.resolve("full"));
        for (int width : Picture.WIDTHS) {
            if (width < full.width) {
                int height = scaled(full.height, (double) width / full.width);
                save(image, new Dimension(width, height), type, folder.resolve(Integer.toString(width)));
            }
        }
        return full;
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
            ImageReadParam param = reader.getDefaultReadParam();
            int step = step(reader.getWidth(0), reader.getHeight(0));
            param.setSourceSubsampling(step, step, 0, 0);
            return upright(reader.read(0, param), orientation(from));
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

    /**
     * How the camera was held. Read from the file and not from the decoder's metadata, which Java refuses to give when EXIF stands
     * before JFIF, as many cameras and editors write it.
     */
    private static Orientation orientation(Path file) {
        try {
            for (ExifIFD0Directory exif :
                    ImageMetadataReader.readMetadata(file.toFile()).getDirectoriesOfType(ExifIFD0Directory.class)) {
                Integer value = exif.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
                if (value != null && value >= 1 && value <= 8) {
                    return Orientation.typeOf(value);
                }
            }
        } catch (ImageProcessingException | IOException | RuntimeException e) {
            // Broken metadata: the pixels may be sound.
        }
        return Orientation.TOP_LEFT;
    }

    private static BufferedImage upright(BufferedImage image, Orientation orientation) {
        ImageFilter filter = ExifFilterUtils.getFilterForOrientation(orientation);
        return orientation == Orientation.TOP_LEFT ? image : filter.apply(image);
    }

    private static void save(BufferedImage image, Dimension size, PictureType type, Path to) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to))) {
            Thumbnails.of(image)
                    .forceSize(size.width, size.height)
                    .imageType(type == PictureType.JPEG ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB)
                    .outputFormat(type.extension())
                    .outputQuality(JPEG_QUALITY)
                    .toOutputStream(out);
        }
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }
}
