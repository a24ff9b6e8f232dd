package org.starpunk.store;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses a search query into terms for a full-text index. */
final class SearchQuery {

    private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|([^\\s\"]+)");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    /**
     * A single letter or digit of an alphabet. It is matched as a whole word, because ranking all words with this first
     * letter takes long and helps no reader.
     */
    private static final Pattern SINGLE =
            Pattern.compile("[\\p{L}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}]]\\p{M}*\\*?");

    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{N}\\p{M}*]+");

    private static final int MAX_PARTS = 16;

    private SearchQuery() {}

    /**
     * A word or phrase that a note must contain.
     *
     * @param prefix whether the last word is a prefix
     */
    record Term(String text, boolean prefix) {

        /** Returns the term in the syntax of FTS5: quoted, so that it is always valid, and with a star for a prefix. */
        String expression() {
            return quoted(text) + (prefix ? " *" : "");
        }

        /**
         * Returns whether the signs next to a word belong to the term. A dot belongs to it only if no word precedes it.
         */
        boolean hasSigns(SearchTokenizer.Word word) {
            boolean dotBetween = word.start() > 1
                    && text.charAt(word.start() - 1) == '.'
                    && Character.isLetterOrDigit(text.charAt(word.start() - 2));
            boolean behind = word.end() < text.length() && "+#".indexOf(text.charAt(word.end())) >= 0;
            return behind || !dotBetween;
        }

        /** Returns whether SQLite's tokenizer splits the term into other words than {@link SearchTokenizer}. */
        boolean isSpecial() {
            return SearchSnippet.phrases(this).stream()
                            .flatMap(phrase -> phrase.words().stream())
                            .anyMatch(word -> word.chars().anyMatch(c -> c >= 0xe000 && c < 0xf900))
                    || !SearchTokenizer.extra(text.replaceAll("[.+#]", " ")).isEmpty();
        }
    }

    static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /**
     * Parses a query. Quoted phrases are matched exactly; words with a star and the last word are prefixes. All terms
     * must match.
     *
     * @return at most {@value #MAX_PARTS} terms, each with a letter or digit; empty if the query contains no word
     */
    static List<Term> parts(String typed) {
        List<Term> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(typed.replace('\0', ' '));
        while (matcher.find() && parts.size() < MAX_PARTS) {
            String phrase = matcher.group(1);
            String text = phrase == null ? matcher.group(2) : phrase;
            if (!WORD.matcher(text).find()) {
                continue;
            }
            boolean prefix = phrase == null
                    && (text.endsWith("*") || matcher.end() == typed.length())
                    && !SINGLE.matcher(SIGNS.matcher(text).replaceAll("")).matches();
            parts.add(new Term(text, prefix));
        }
        return parts;
    }

    /** Returns a LIKE pattern for a literal text; its escape character is a backslash. */
    static String pattern(String typed) {
        return '%' + typed.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + '%';
    }
}
