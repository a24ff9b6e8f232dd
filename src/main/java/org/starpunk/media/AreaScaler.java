package org.starpunk.media;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Arrays;

/**
 * Scales a picture down, row by row: each pixel of the result is the mean of the area that it covers. Accepts the rows
 * in several stripes, so that a large picture need not be in memory as a whole. Not thread-safe.
 */
final class AreaScaler {

    /** Size of the buffer for converted rows, in pixels. */
    private static final int BLOCK = 256 * 1024;

    private final int width;
    private final BufferedImage result;
    private final boolean alpha;
    private final double across;
    private final double down;
    private final float[] scaledRow;
    private final float[] sums;
    private int sourceRow;
    private int resultRow;

    /**
     * @param width width of the picture, in pixels
     * @param height height of the picture, in pixels
     * @param scaledWidth width of the result, at most {@code width}
     * @param scaledHeight height of the result, at most {@code height}
     * @param alpha whether the result has transparency
     */
    AreaScaler(int width, int height, int scaledWidth, int scaledHeight, boolean alpha) {
        this.width = width;
        this.alpha = alpha;
        this.across = (double) scaledWidth / width;
        this.down = (double) scaledHeight / height;
        this.scaledRow = new float[scaledWidth * 4];
        this.sums = new float[scaledWidth * 4];
        this.result = new BufferedImage(
                scaledWidth, scaledHeight, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_3BYTE_BGR);
    }

    /** Returns a picture scaled to a size that is not larger. */
    static BufferedImage scale(BufferedImage image, int width, int height) {
        boolean alpha = image.getColorModel().hasAlpha();
        AreaScaler scaler = new AreaScaler(image.getWidth(), image.getHeight(), width, height, alpha);
        scaler.add(image);
        return scaler.result();
    }

    /** Adds the next rows. Draws them into a buffer first, which converts every pixel format. */
    void add(BufferedImage stripe) {
        int rows = Math.max(1, Math.min(stripe.getHeight(), BLOCK / width));
        BufferedImage block =
                new BufferedImage(width, rows, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) block.getRaster().getDataBuffer()).getData();
        Graphics2D graphics = block.createGraphics();
        graphics.setComposite(AlphaComposite.Src);
        for (int top = 0; top < stripe.getHeight(); top += rows) {
            int count = Math.min(rows, stripe.getHeight() - top);
            graphics.drawImage(stripe.getSubimage(0, top, width, count), 0, 0, null);
            for (int y = 0; y < count; y++) {
                scaleAcross(pixels, y * width);
                addDown();
            }
        }
        graphics.dispose();
    }

    /** Returns the result. Every row must have been added. */
    BufferedImage result() {
        return result;
    }

    private void scaleAcross(int[] pixels, int offset) {
        Arrays.fill(scaledRow, 0f);
        int columns = result.getWidth();
        for (int x = 0; x < width; x++) {
            double left = x * across;
            int column = Math.min(columns - 1, (int) left);
            double beyond = column == columns - 1 ? 0 : Math.max(0, left + across - (column + 1));
            int pixel = pixels[offset + x];
            add(column * 4, pixel, (float) (across - beyond));
            if (beyond > 0) {
                add(column * 4 + 4, pixel, (float) beyond);
            }
        }
    }

    private void add(int at, int pixel, float part) {
        float opaque = alpha ? (pixel >>> 24) * part : 255 * part;
        float weight = alpha ? opaque / 255 : part;
        scaledRow[at] += (pixel >> 16 & 255) * weight;
        scaledRow[at + 1] += (pixel >> 8 & 255) * weight;
        scaledRow[at + 2] += (pixel & 255) * weight;
        scaledRow[at + 3] += opaque;
    }

    private void addDown() {
        double top = sourceRow * down;
        sourceRow++;
        boolean last = resultRow == result.getHeight() - 1;
        double beyond = last ? 0 : Math.max(0, top + down - (resultRow + 1));
        addRow((float) (down - beyond));
        // A tiny remainder is a rounding error, not a part of the next row.
        if (!last && top + down >= resultRow + 1 - 1e-9) {
            emit();
            addRow((float) beyond);
        }
        if (last && sourceRow * down >= result.getHeight() - 1e-6) {
            emit();
        }
    }

    private void addRow(float part) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += scaledRow[i] * part;
        }
    }

    private void emit() {
        int[] row = new int[result.getWidth()];
        for (int x = 0; x < row.length; x++) {
            float opaque = sums[4 * x + 3];
            float scale = alpha && opaque > 0 ? 255 / opaque : 1;
            int color = level(sums[4 * x] * scale) << 16
                    | level(sums[4 * x + 1] * scale) << 8
                    | level(sums[4 * x + 2] * scale);
            row[x] = (alpha ? level(opaque) : 255) << 24 | color;
        }
        result.setRGB(0, resultRow, row.length, 1, row, 0, row.length);
        resultRow++;
        Arrays.fill(sums, 0f);
    }

    private static int level(float value) {
        return Math.max(0, Math.min(255, Math.round(value)));
    }
}
