package org.starpunk.store;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a person typed, as an FTS5 expression that is always valid: every word and phrase is quoted. */
final class SearchQuery {

    private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|([^\\s\"]+)");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    /** Half of all words begin with it: to rank them takes long, and helps nobody. */
    private static final Pattern SINGLE = Pattern.compile("[a-zA-Z0-9]\\*?");

    private static final int MAX_PARTS = 16;

    private SearchQuery() {}

    /**
     * The expression: phrases in quotes as they stand; words with a star, and the last word, by their beginnings. All must match.
     *
     * @return empty when there is no word in it
     */
    static String expression(String typed) {
        return parts(typed).stream()
                .map(part -> '"' + part.text().replace("\"", "\"\"") + '"' + (part.prefix() ? " *" : ""))
                .collect(Collectors.joining(" "));
    }

    /**
     * A word or a phrase that must be there.
     *
     * @param prefix whether the end of it may be any
     */
    record Part(String text, boolean prefix) {}

    /** What was typed, part by part; each has a letter or a digit in it. */
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
