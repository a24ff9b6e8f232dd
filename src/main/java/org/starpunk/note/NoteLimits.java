package org.starpunk.note;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a note may be. Whoever takes a note from outside checks it here, before anything is written.
 *
 * @param noteLength the longest text, characters (code points)
 * @param tagsPerNote the most tags of a note
 * @param tagLength the longest tag, characters
 * @param titleLength the longest title, characters
 */
public record NoteLimits(int noteLength, int tagsPerNote, int tagLength, int titleLength) {

    private static final int MAX_PHOTOS = 50;
    private static final int MAX_URL = 2048;
    private static final int MAX_ALT = 2000;

    /** Properties whose plain values are addresses, besides those that end in {@code -of}. */
    private static final Set<String> ADDRESSES = Set.of("in-reply-to", "video", "audio", "syndication", "featured");

    /**
     * Checks what someone wants to publish.
     *
     * @throws IllegalArgumentException when it is empty, too long or not Unicode; its message says to a person what to change
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

    /** Checks plain values of the properties that are shown as links. Objects are shown without a link when they have no web address. */
    private static void addresses(String name, List<Object> values) {
        if (name.endsWith("-of") || ADDRESSES.contains(name)) {
            for (Object value : values) {
                address(name, value instanceof String url ? url.strip() : null);
            }
        }
    }

    /**
     * Checks a text from outside.
     *
     * @param what names it in the message
     * @param text null is always right
     * @param max the longest, characters
     * @throws IllegalArgumentException when it is longer, or could not be given back character for character
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
                throw new IllegalArgumentException("The %s holds the character NUL at %,d.".formatted(what, i));
            }
            if (Character.isSurrogate(c)) {
                if (!startsPair(text, i)) {
                    throw new IllegalArgumentException(
                            "The %s holds half a character (a lone surrogate) at %,d.".formatted(what, i));
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
            throw new IllegalArgumentException("The %s is no web address (http:// or https://…).".formatted(what));
        }
    }
}
