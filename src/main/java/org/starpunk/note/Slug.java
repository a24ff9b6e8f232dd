package org.starpunk.note;

import java.text.Normalizer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import net.gcardone.junidecode.Junidecode;
import org.jspecify.annotations.Nullable;

/**
 * Slug of a note in {@code /notes/:slug}: words of {@code a-z} and {@code 0-9}, separated by hyphens. Other scripts are
 * transliterated.
 */
public final class Slug {

    /** Maximum length of a slug without the number that makes it unique. */
    public static final int MAX_LENGTH = 80;

    private static final int MAX_WORDS = 8;

    /** Maximum number of characters of a text that are examined for its first words. */
    private static final int EXAMINED_LENGTH = 600;

    /** Number of characters that contain enough words in most texts. */
    private static final int BRIEFLY = 100;

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final Pattern LINK_TARGET = Pattern.compile("\\]\\([^)]{0,400}\\)?");
    private static final Pattern ADDRESS = Pattern.compile("(?:https?|mailto):\\S+");
    private static final Pattern ELEMENT = Pattern.compile("<[^>]{0,300}>?");
    private static final Pattern APOSTROPHE = Pattern.compile("['’ʼ`]");
    private static final Pattern NON_SLUG_CHARACTERS = Pattern.compile("[^a-z0-9]+");

    private Slug() {}

    /**
     * Derives a slug from the title, else from the first words, else from the time. The caller makes it unique.
     *
     * @param title title of the note; null if it has none
     * @param text text as written by the author
     * @param published time that is used if there is no usable word
     */
    public static String of(@Nullable String title, String text, OffsetDateTime published) {
        return words(title == null ? "" : head(title), MAX_WORDS)
                .or(() -> firstWords(text))
                .orElseGet(() -> published.format(TIMESTAMP));
    }

    /** Normalises a preferred slug; empty if it contains no usable character. */
    public static Optional<String> wished(@Nullable String wish) {
        return wish == null ? Optional.empty() : words(head(wish), Integer.MAX_VALUE);
    }

    private static Optional<String> firstWords(String text) {
        if (text.length() > BRIEFLY) {
            Words few = Words.of(readable(text.substring(0, BRIEFLY)), MAX_WORDS);
            if (few.full()) {
                return Optional.of(few.joined());
            }
        }
        return words(readable(head(text)), MAX_WORDS);
    }

    /** Returns a slug with a number: {@code first-words-2}. */
    public static String numbered(String slug, int number) {
        return slug + '-' + number;
    }

    private static String head(String text) {
        return text.length() <= EXAMINED_LENGTH ? text : text.substring(0, EXAMINED_LENGTH);
    }

    /** Removes link targets, bare addresses and HTML elements. */
    private static String readable(String text) {
        String noTargets = LINK_TARGET.matcher(text).replaceAll("] ");
        return ELEMENT.matcher(ADDRESS.matcher(noTargets).replaceAll(" ")).replaceAll(" ");
    }

    private static Optional<String> words(String text, int maxWords) {
        Words words = Words.of(text, maxWords);
        if (words.joined().isEmpty() && !words.latin().isBlank()) {
            return oneLongWord(words.latin());
        }
        return words.joined().isEmpty() ? Optional.empty() : Optional.of(words.joined());
    }

    /**
     * Words of a text.
     *
     * @param latin text in lower-case Latin letters
     * @param joined first words with hyphens; empty if there is none or the first is too long
     * @param full whether more text could not add words
     */
    private record Words(String latin, String joined, boolean full) {

        static Words of(String text, int maxWords) {
            String normal =
                    isAscii(text) ? text : Junidecode.unidecode(Normalizer.normalize(text, Normalizer.Form.NFKC));
            String latin = APOSTROPHE
                    .matcher(normal.toLowerCase(Locale.ROOT).replace("[?]", ""))
                    .replaceAll("");
            StringBuilder slug = new StringBuilder();
            int count = 0;
            String[] words = NON_SLUG_CHARACTERS.split(latin);
            for (int i = 0; i < words.length; i++) {
                String word = words[i];
                if (word.isEmpty()) {
                    continue;
                }
                if (count == maxWords || slug.length() + 1 + word.length() > MAX_LENGTH) {
                    return new Words(latin, slug.toString(), count > 0 && i < words.length - 1);
                }
                slug.append(count++ == 0 ? "" : "-").append(word);
            }
            return new Words(latin, slug.toString(), false);
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static Optional<String> oneLongWord(String joined) {
        String word = NON_SLUG_CHARACTERS.matcher(joined).replaceAll("");
        return word.isEmpty() ? Optional.empty() : Optional.of(word.substring(0, Math.min(MAX_LENGTH, word.length())));
    }
}
