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

    private static final int MAX_PARTS = 16;

    private SearchQuery() {}

    /**
     * A word or a phrase that must be there.
     *
     * @param prefix whether the end of it may be any
     */
    record Part(String text, boolean prefix) {

        /** As FTS5 takes it: quoted, so that it is always valid, and with a star for any end. */
        String expression() {
            return quoted(text) + (prefix ? " *" : "");
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
    static List<Part> parts(String typed) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(typed.replace('\0', ' '));
        while (matcher.find() && parts.size() < MAX_PARTS) {
            String phrase = matcher.group(1);
            String text = phrase == null ? matcher.group(2) : phrase;
            if (!WORD.matcher(text).find()) {
                continue;
            }
            boolean prefix = phrase == null
                    && (text.endsWith("*") || matcher.end() == typed.length())
                    && !SINGLE.matcher(text).matches();
            parts.add(new Part(text, prefix));
        }
        return parts;
    }

    /** A LIKE pattern for the text as it stands; its escape is a backslash. */
    static String pattern(String typed) {
        return '%' + typed.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + '%';
    }
}
