package org.starpunk.note;

import java.text.Normalizer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import net.gcardone.junidecode.Junidecode;
import org.jspecify.annotations.Nullable;

/** A note's place in {@code /notes/:slug}: words of {@code a-z} and {@code 0-9}, joined by hyphens. Any script is written in Latin letters. */
public final class Slug {

    /** The longest slug that is made, without the number that makes it unique. */
    public static final int MAX_LENGTH = 80;

    private static final int MAX_WORDS = 8;

    /** No more of a text is looked at: the first words stand at its beginning. */
    private static final int EXAMINED_LENGTH = 600;

    /** Most texts say this early what they are called. */
    private static final int BRIEFLY = 100;

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final Pattern LINK_TARGET = Pattern.compile("\\]\\([^)]{0,400}\\)?");
    private static final Pattern ADDRESS = Pattern.compile("(?:https?|mailto):\\S+");
    private static final Pattern ELEMENT = Pattern.compile("<[^>]{0,300}>?");
    private static final Pattern APOSTROPHE = Pattern.compile("['’ʼ`]");
    private static final Pattern NON_SLUG_CHARACTERS = Pattern.compile("[^a-z0-9]+");

    private Slug() {}

    /**
     * The slug of a note that has no wished one: of its title, else of its first words, else of its time. Making it unique is the
     * store's.
     *
     * @param title the note's title, if it has one
     * @param text its text as written
     * @param published the time to name it by when there is no usable word
     */
    public static String of(@Nullable String title, String text, OffsetDateTime published) {
        return words(title == null ? "" : head(title), MAX_WORDS)
                .or(() -> firstWords(text))
                .orElseGet(() -> published.format(TIMESTAMP));
    }

    /** The slug that someone wished for, as near as possible; empty when nothing usable is in it. */
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

    /** A slug's next try when it is taken: {@code first-words-2}. */
    public static String numbered(String slug, int number) {
        return slug + '-' + number;
    }

    private static String head(String text) {
        return text.length() <= EXAMINED_LENGTH ? text : text.substring(0, EXAMINED_LENGTH);
    }

    /** Without the parts that are not read aloud: link targets, bare addresses, HTML elements. */
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
     * The words of a text.
     *
     * @param latin the text in small Latin letters
     * @param joined its first words, with hyphens; empty when there is none, or the first is too long
     * @param full whether the text could go on in any way without adding to them
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
