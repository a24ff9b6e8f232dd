package org.starpunk.note;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a note. Every input of notes must check them before it writes anything.
 *
 * @param noteLength maximum length of a text, characters (code points)
 * @param tagsPerNote maximum number of tags of a note
 * @param tagLength maximum length of a tag, characters
 * @param titleLength maximum length of a title, characters
 */
public record NoteLimits(int noteLength, int tagsPerNote, int tagLength, int titleLength) {

    private static final int MAX_PHOTOS = 50;
    private static final int MAX_URL = 2048;
    private static final int MAX_ALT = 2000;

    /** Properties whose plain values are web addresses, in addition to those that end in {@code -of}. */
    private static final Set<String> ADDRESSES = Set.of("in-reply-to", "video", "audio", "syndication", "featured");

    /**
     * Checks the content of a note.
     *
     * @throws IllegalArgumentException if it is empty, too long, or not valid Unicode; the message contains the
     *     correction for the author
     */
    public void check(Note.Content content) {
        if (content.text().isBlank()
                && content.title() == null
                && content.photos().isEmpty()
                && DisplayedProperty.text(content).isEmpty()) {
            throw new IllegalArgumentException("The note is empty: write a text, or add a title, a photo or a link.");
        }
        text("title", content.title(), titleLength);
        text("text", content.text(), noteLength);
        requireAtMost("tags", content.tags().size(), tagsPerNote);
        content.tags().forEach(tag -> text("tag", tag.name(), tagLength));
        requireAtMost("photos", content.photos().size(), MAX_PHOTOS);
        content.photos().forEach(NoteLimits::photo);
        address("in-reply-to", content.inReplyTo());
        address("like-of", content.likeOf());
        address("repost-of", content.repostOf());
        content.extra().check();
        content.extra().values().forEach(NoteLimits::addresses);
    }

    /**
     * Checks plain values of the properties that are displayed as links. Objects without a web address are displayed
     * without a link.
     */
    private static void addresses(String name, List<Object> values) {
        if (name.endsWith("-of") || ADDRESSES.contains(name)) {
            for (Object value : values) {
                address(name, value instanceof String url ? url.strip() : null);
            }
        }
    }

    /**
     * Checks a text from a client.
     *
     * @param what name of the text in the message
     * @param text the text; null is valid
     * @param max maximum length, characters (code points)
     * @throws IllegalArgumentException if it is too long, or contains NUL or a lone surrogate, which cannot be stored
     *     unchanged
     */
    public static void text(String what, @Nullable String text, int max) {
        if (text == null) {
            return;
        }
        int length = text.codePointCount(0, text.length());
        if (length > max) {
            throw new IllegalArgumentException(
                    "The %s has %,d characters; at most %,d are accepted.".formatted(what, length, max));
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("The %s contains the character NUL at %,d.".formatted(what, i));
            }
            if (Character.isSurrogate(c)) {
                if (!startsPair(text, i)) {
                    throw new IllegalArgumentException(
                            "The %s contains half a character (a lone surrogate) at %,d.".formatted(what, i));
                }
                i++;
            }
        }
    }

    private static boolean startsPair(String text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }

    private static void requireAtMost(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException(
                    "The note has %,d %s; at most %,d are accepted.".formatted(count, what, max));
        }
    }

    private static void photo(Photo photo) {
        text("description of a photo", photo.alt(), MAX_ALT);
        boolean ownPath = photo.url().startsWith("/") && !photo.url().startsWith("//");
        address("photo", ownPath ? "https://site.invalid" + photo.url() : photo.url());
    }

    private static void address(String what, @Nullable String url) {
        if (url == null) {
            return;
        }
        text(what, url, MAX_URL);
        if (!DisplayedProperty.isWeb(url)) {
            throw new IllegalArgumentException("The %s is not a web address (http:// or https://…).".formatted(what));
        }
    }
}
