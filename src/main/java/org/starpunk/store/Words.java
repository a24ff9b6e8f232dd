package org.starpunk.store;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text, found and folded as SQLite's tokenizer {@code unicode61 remove_diacritics 2} does (SQLite FTS5, 4.3.1), so
 * that a search finds the same on a database that has another tokenizer of its own, whatever that server's locale. One difference:
 * marks belong to the word that they stand in, so that words of Indic scripts stay whole.
 */
final class Words {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{Co}][\\p{L}\\p{N}\\p{Co}\\p{M}]*");
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036f]+");

    /** Longest word, UTF-16 units: a lexeme of PostgreSQL has at most 2046 bytes. */
    private static final int LONGEST = 500;

    private Words() {}

    /**
     * A word of a text.
     *
     * @param folded without case and accents
     * @param start where it begins in the text
     * @param end where it ends, exclusive
     */
    record Word(String folded, int start, int end) {}

    static List<Word> of(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(new Word(fold(matcher.group()), matcher.start(), matcher.end()));
        }
        return words;
    }

    private static String fold(String word) {
        String cut = word.length() > LONGEST ? word.substring(0, LONGEST) : word;
        if (cut.chars().allMatch(c -> c < 0x80)) {
            return cut.toLowerCase(Locale.ROOT);
        }
        String bare = ACCENTS.matcher(Normalizer.normalize(cut, Normalizer.Form.NFD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
        return Normalizer.normalize(bare, Normalizer.Form.NFC);
    }
}
