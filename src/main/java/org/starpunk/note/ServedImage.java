package org.starpunk.note;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A picture of this site. Its path contains its size, {@code /media/…-1200x800.jpg}, so that a page can reserve its
 * space and list its copies without reading a file.
 *
 * @param key secret part of the path
 * @param width width, pixels
 * @param height height, pixels
 * @param extension {@code jpg}, {@code png}, {@code gif} or {@code webp}
 */
public record ServedImage(String key, int width, int height, String extension) {

    /**
     * Widths of the copies of a JPEG or PNG, pixels: for the column on a phone, and the text column on a
     * high-resolution screen.
     */
    public static final List<Integer> WIDTHS = List.of(640, 1280);

    private static final String PREFIX = "/media/";
    private static final Pattern PATH =
            Pattern.compile("/media/([A-Za-z0-9_-]{43})-([1-9][0-9]{0,4})x([1-9][0-9]{0,4})\\.(jpg|png|gif|webp)");

    /** Returns the picture of a path; empty if it is not a picture of this site or contains no size. */
    public static Optional<ServedImage> of(String path) {
        if (!path.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Matcher parts = PATH.matcher(path);
        return parts.matches()
                ? Optional.of(new ServedImage(
                        parts.group(1),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)),
                        parts.group(4)))
                : Optional.empty();
    }

    /** Returns the path of the picture in full size. */
    public String path() {
        return stem() + '.' + extension;
    }

    /**
     * Returns the path of a copy.
     *
     * @param narrower width of the copy, pixels
     */
    public String path(int narrower) {
        return stem() + '-' + narrower + '.' + extension;
    }

    private String stem() {
        return PREFIX + key + '-' + width + 'x' + height;
    }

    /**
     * Returns the widths of the existing copies, pixels. GIF and WebP files have no copies, because they are stored
     * unchanged.
     */
    public List<Integer> copies() {
        List<Integer> narrower = new ArrayList<>(WIDTHS);
        narrower.removeIf(copy -> copy >= width);
        return extension.equals("jpg") || extension.equals("png") ? narrower : List.of();
    }

    /** Returns the value of the attribute {@code srcset}; empty if there are no copies. */
    public String srcset() {
        List<Integer> copies = copies();
        if (copies.isEmpty()) {
            return "";
        }
        StringBuilder set = new StringBuilder(400);
        copies.forEach(copy -> set.append(path(copy)).append(' ').append(copy).append("w, "));
        return set.append(path()).append(' ').append(width).append('w').toString();
    }
}
