package org.starpunk.store;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into words and folds them as SQLite's tokenizer {@code unicode61 remove_diacritics 2} does (SQLite
 * FTS5, 4.3.1). A search then has the same hits on a database with another tokenizer and in any locale of its server.
 * Differences:
 * <ul>
 * <li>A mark belongs to the word that contains it, so that words of Indic scripts are not split.
 * <li>Full-width and half-width forms equal their usual form (Unicode, NFKC).
 * <li>Scripts without spaces between words, and Korean, which has none before particles, become pairs of characters:
 * each character with the next one, and the last one alone. A run is found at any position as a phrase of its pairs.
 * <li>{@code C++}, {@code C#} and {@code .NET} are also words.
 * </ul>
 */
final class SearchTokenizer {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{Co}][\\p{L}\\p{N}\\p{Co}\\p{M}]*");
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");
    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}\\p{Co}\\p{M}]+");

    private static final Set<UnicodeScript> PAIRED = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO,
            UnicodeScript.THAI,
            UnicodeScript.LAO,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR,
            UnicodeScript.TIBETAN);

    /** Smallest code point of the paired scripts. */
    private static final int FIRST_PAIRED = 0x0e00;

    /** Signs that are letters within a Japanese run: length marks, half-width voicing marks and iteration marks. */
    private static final String SIGNS = "\u30fc\uff70\uff9e\uff9f\u3005\u3006\u303b";

    /**
     * Offset of the private-use characters that represent signs in an exact word, because tokenizers treat them as
     * letters.
     */
    private static final int SIGN = 0xe000;

    /** Maximum length of a word, UTF-16 units: a lexeme of PostgreSQL has at most 2046 bytes. */
    private static final int MAX_LENGTH = 500;

    private SearchTokenizer() {}

    /**
     * A word of a text, or a pair of characters.
     *
     * @param folded word without case and accents
     * @param exact folded word with the adjacent signs; null if there are none
     * @param start start in the text
     * @param end end in the text, exclusive
     * @param pair whether it is a pair of characters, or the last character of a run
     * @param first whether it is at the start of a sequence of letters
     */
    record Word(String folded, @Nullable String exact, int start, int end, boolean pair, boolean first) {

        /** Returns whether it is the last character of a run. */
        boolean isSingle() {
            return pair && folded.codePointCount(0, folded.length()) == 1;
        }

        boolean is(String word) {
            return folded.equals(word) || word.equals(exact);
        }
    }

    static List<Word> of(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            add(text, matcher.start(), matcher.end(), words);
        }
        return words;
    }

    /**
     * Returns the words of a text that SQLite's tokenizer does not produce, separated by spaces. Words of one run are
     * adjacent.
     */
    static String extra(String text) {
        StringBuilder extra = new StringBuilder();
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.clear();
            add(text, matcher.start(), matcher.end(), words);
            Word first = words.get(0);
            String exact = first.exact();
            if (words.size() > 1 || first.pair() || isCompatible(text, first)) {
                words.forEach(word -> extra.append(word.folded()).append(' '));
            }
            if (exact != null) {
                extra.append(exact).append(' ');
            }
        }
        return extra.toString().stripTrailing();
    }

    /** Returns whether a word contains characters with a compatibility form, such as full-width letters. */
    private static boolean isCompatible(String text, Word word) {
        String written = text.substring(word.start(), word.end());
        return written.chars().anyMatch(c -> c > 0x7f)
                && !Normalizer.isNormalized(written, Normalizer.Form.NFKC)
                && !Normalizer.normalize(written, Normalizer.Form.NFC)
                        .equals(Normalizer.normalize(written, Normalizer.Form.NFKC));
    }

    private static void add(String text, int start, int end, List<Word> words) {
        int from = start;
        while (from < end) {
            boolean paired = isPaired(text, from, start);
            int to = from;
            while (to < end && isPaired(text, to, from) == paired) {
                to += Character.charCount(text.codePointAt(to));
            }
            if (paired) {
                pairs(text, from, to, from == start, words);
            } else {
                String folded = fold(text.substring(from, to));
                words.add(new Word(folded, exact(text, from, to, folded), from, to, false, from == start));
            }
            from = to;
        }
    }

    private static boolean isPaired(String text, int index, int first) {
        int c = text.codePointAt(index);
        if (c < FIRST_PAIRED) {
            // A mark belongs to the character before it; other characters are not paired.
            return index > first
                    && Character.getType(c) == Character.NON_SPACING_MARK
                    && isPaired(text, index - 1, first);
        }
        return PAIRED.contains(UnicodeScript.of(c))
                || SIGNS.indexOf(c) >= 0
                || (UnicodeScript.of(c) == UnicodeScript.INHERITED
                        && index > first
                        && isPaired(text, index - 1, first));
    }

    /** Adds the pairs of normalised characters, each with the position of its source characters. */
    private static void pairs(String text, int from, int to, boolean first, List<Word> words) {
        List<String> characters = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        int at = from;
        while (at < to) {
            int next = at + Character.charCount(text.codePointAt(at));
            while (next < to && isVoicing(text.charAt(next))) {
                next++;
            }
            for (int c : fold(text.substring(at, next)).codePoints().toArray()) {
                characters.add(Character.toString(c));
                starts.add(at);
                ends.add(next);
            }
            at = next;
        }
        for (int i = 0; i < characters.size(); i++) {
            boolean last = i == characters.size() - 1;
            String pair = characters.get(i) + (last ? "" : characters.get(i + 1));
            words.add(new Word(pair, null, starts.get(i), ends.get(last ? i : i + 1), true, first && i == 0));
        }
    }

    private static boolean isVoicing(char c) {
        return c == '\uff9e' || c == '\uff9f' || c == '\u3099' || c == '\u309a' || (c >= 0x1160 && c <= 0x11ff);
    }

    /** Returns the word with a leading dot, or with trailing number or plus signs; null if there are none. */
    private static @Nullable String exact(String text, int from, int to, String folded) {
        StringBuilder exact = new StringBuilder();
        if (from > 0 && text.charAt(from - 1) == '.') {
            exact.append((char) (SIGN + '.'));
        }
        exact.append(folded);
        for (int i = to; i < text.length() && i < to + 3 && "+#".indexOf(text.charAt(i)) >= 0; i++) {
            exact.append((char) (SIGN + text.charAt(i)));
        }
        return exact.length() == folded.length() ? null : exact.toString();
    }

    private static String fold(String word) {
        String cut = word.length() > MAX_LENGTH ? word.substring(0, MAX_LENGTH) : word;
        if (cut.chars().allMatch(c -> c < 0x80)) {
            return cut.toLowerCase(Locale.ROOT);
        }
        String compatible = Normalizer.normalize(cut, Normalizer.Form.NFKC);
        String letters = NO_LETTER.matcher(compatible).replaceAll("");
        String bare = ACCENTS.matcher(Normalizer.normalize(letters.isEmpty() ? cut : letters, Normalizer.Form.NFD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
        String folded = Normalizer.normalize(bare, Normalizer.Form.NFC);
        return folded.isEmpty() ? cut : folded;
    }
}
