package org.starpunk.store;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a person typed, as parts that a full-text index can look for. */
final class SearchQuery {

    private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|([^\\s\"]+)");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    /** Of an alphabet, and no word of its own. So many words begin with it: to rank them takes long, and helps nobody. */
    private static final Pattern SINGLE =
            Pattern.compile("[\\p{L}\\p{N}&&[^\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}]]\\p{M}*\\*?");

    private static final Pattern SIGNS = Pattern.compile("[^\\p{L}\\p{N}\\p{M}*]+");

    private static final int MAX_PARTS = 16;

    private SearchQuery() {}

    /**
     * A word or a phrase that must be there.
     *
     * @param prefix whether the end of it may be any
     */
    record Term(String text, boolean prefix) {

        /** As FTS5 takes it: quoted, so that it is always valid, and with a star for any end. */
        String expression() {
            return quoted(text) + (prefix ? " *" : "");
        }

        /** Whether the signs next to a word are part of what is looked for: a dot only if no word stands before it. */
        boolean hasSigns(SearchTokenizer.Word word) {
            boolean dotBetween = word.start() > 1
                    && text.charAt(word.start() - 1) == '.'
                    && Character.isLetterOrDigit(text.charAt(word.start() - 2));
            boolean behind = word.end() < text.length() && "+#".indexOf(text.charAt(word.end())) >= 0;
            return behind || !dotBetween;
        }

        /** Whether SQLite's tokenizer finds other words in it than {@link SearchTokenizer}. */
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
     * What was typed, part by part: phrases in quotes as they stand; words with a star, and the last word, by their beginnings. All
     * must match.
     *
     * @return empty when there is no word in it; else each has a letter or a digit in it
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

    /** A LIKE pattern for the text as it stands; its escape is a backslash. */
    static String pattern(String typed) {
        return '%' + typed.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + '%';
    }
}
