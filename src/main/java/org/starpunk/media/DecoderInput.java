package org.starpunk.media;

/**
 * Properties that a picture file, reduced to its pixels, declares to the decoder.
 *
 * @param type JPEG or PNG
 * @param width width as stored, in pixels
 * @param height height as stored, in pixels
 * @param orientation EXIF orientation, 1 to 8
 * @param pixelBytes size of a decoded pixel, in bytes
 * @param work cost of decoding, in pixels of a plain JPEG
 */
record DecoderInput(ImageFormat type, int width, int height, int orientation, int pixelBytes, long work) {

    /** Maximum cost of an ordinary picture. A more expensive one goes to the queue for large pictures. */
    private static final long ORDINARY = 16_800_000;

    DecoderInput withOrientation(int other) {
        return new DecoderInput(type, width, height, other, pixelBytes, work);
    }

    /** Returns whether decoding takes so long that smaller pictures must not wait for it. */
    boolean isLarge() {
        return work > ORDINARY;
    }
}
