package org.starpunk.media;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Camera orientation: the value of the EXIF tag {@code ExifOrientation}, 1 to 8 (Exif 2.32, section 4.6.4). Reads only the
 * entries of the first directory, so hostile EXIF data costs no more than its own bytes.
 */
final class ExifOrientation {

    /** Orientation of a picture that is stored upright. */
    static final int UPRIGHT = 1;

    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY = 12;

    private ExifOrientation() {}

    /**
     * Returns the orientation in EXIF data; {@link #UPRIGHT} if it is missing or malformed.
     *
     * @param tiff EXIF data, starting with its byte-order mark
     */
    static int of(byte[] tiff) {
        if (tiff.length < 8 || tiff[0] != tiff[1] || (tiff[0] != 'M' && tiff[0] != 'I')) {
            return UPRIGHT;
        }
        ByteBuffer in = ByteBuffer.wrap(tiff).order(tiff[0] == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        long directory = in.getInt(4) & 0xffffffffL;
        if (in.getShort(2) != 42 || directory + 2 > tiff.length) {
            return UPRIGHT;
        }
        int entries = in.getShort((int) directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) i * ENTRY;
            if (entry + ENTRY > tiff.length) {
                break;
            }
            int at = (int) entry;
            if ((in.getShort(at) & 0xffff) == TAG && in.getShort(at + 2) == SHORT && in.getInt(at + 4) == 1) {
                int value = in.getShort(at + 8);
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** Returns whether the upright picture has the stored width as its height. */
    static boolean swapsSides(int orientation) {
        return orientation >= 5;
    }

    /** Returns the picture turned upright: a copy, or the same picture if it is upright. */
    static BufferedImage apply(int orientation, BufferedImage image) {
        if (orientation == UPRIGHT) {
            return image;
        }
        int width = image.getWidth();
        int height = image.getHeight();
        boolean swaps = swapsSides(orientation);
        BufferedImage upright = new BufferedImage(swaps ? height : width, swaps ? width : height, image.getType());
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int right = width - 1 - x;
                int bottom = height - 1 - y;
                switch (orientation) {
                    case 2 -> upright.setRGB(right, y, row[x]);
                    case 3 -> upright.setRGB(right, bottom, row[x]);
                    case 4 -> upright.setRGB(x, bottom, row[x]);
                    case 5 -> upright.setRGB(y, x, row[x]);
                    case 6 -> upright.setRGB(bottom, x, row[x]);
                    case 7 -> upright.setRGB(bottom, right, row[x]);
                    default -> upright.setRGB(y, right, row[x]);
                }
            }
        }
        return upright;
    }
}
