package org.starpunk.note;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A picture that this site serves. Its path tells its size, {@code /media/…-1200x800.jpg}: so whoever writes a page reserves its
 * place and offers the narrower copies without asking anyone.
 *
 * @param key its part of the path that cannot be guessed
 * @param width pixels
 * @param height pixels
 * @param extension {@code jpg}, {@code png}, {@code gif} or {@code webp}
 */
public record ServedImage(String key, int width, int height, String extension) {

    /** How wide the narrower copies of a JPEG or PNG are, pixels: a phone's column, and the text column on a fine screen. */
    public static final List<Integer> WIDTHS = List.of(640, 1280);

    private static final String PREFIX = "/media/";
    private static final Pattern PATH =
            Pattern.compile("/media/([A-Za-z0-9_-]{43})-([1-9][0-9]{0,4})x([1-9][0-9]{0,4})\\.(jpg|png|gif|webp)");

    /** The picture of a path; empty when it is not one of this site, or its path does not tell its size. */
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

    /** Where the site serves it at its full size. */
    public String path() {
        return stem() + '.' + extension;
    }

    /** Where the site serves a narrower copy. */
    public String path(int narrower) {
        return stem() + '-' + narrower + '.' + extension;
    }

    private String stem() {
        return PREFIX + key + '-' + width + 'x' + height;
    }

    /** The widths of the copies that there are of it: none of a GIF or WebP, whose bytes are kept as they came. */
    public List<Integer> copies() {
        List<Integer> narrower = new ArrayList<>(WIDTHS);
        narrower.removeIf(copy -> copy >= width);
        return extension.equals("jpg") || extension.equals("png") ? narrower : List.of();
    }

    /** The value of an {@code img}'s {@code srcset}; empty when there is but the one size. */
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
