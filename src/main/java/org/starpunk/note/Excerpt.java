package org.starpunk.note;

import java.util.Optional;
import java.util.Set;

/** Extracts the beginning of a note's HTML, for example for the title of a page or of an Atom entry. */
public final class Excerpt {

    /** Inline elements, which are not separated by a space. */
    private static final Set<String> INLINE = Set.of(
            "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small",
            "strong", "sub", "sup", "u", "var");

    /** Start of a reference to a footnote; its number is meaningless without the footnote. */
    private static final String FOOTNOTE = "<sup class=\"footnote-ref\">";

    private Excerpt() {}

    /**
     * Returns the beginning of sanitised HTML as plain text. White space is collapsed. A longer text is cut after a
     * word, with an ellipsis.
     *
     * @param html HTML from {@link MarkdownRenderer}
     * @param max maximum length, UTF-16 units, at least 2
     */
    public static String of(String html, int max) {
        StringBuilder text = new StringBuilder(max + 1);
        int i = 0;
        while (i < html.length() && text.length() <= max) {
            char c = html.charAt(i);
            if (c == '<') {
                boolean inline = isInline(html, i);
                i = html.startsWith(FOOTNOTE, i) ? afterFootnote(html, i) : afterElement(html, i);
                if (!inline) {
                    space(text);
                }
            } else if (c == '&') {
                i = entity(html, i, text);
            } else {
                add(c, text);
                i++;
            }
        }
        return text.length() <= max ? text.toString().strip() : cut(text, max);
    }

    /**
     * Returns the first complete blocks of sanitised HTML, for a list. The result does not end with a heading.
     *
     * @param html HTML from {@link MarkdownRenderer}
     * @param enough sufficient length of the HTML, UTF-16 units
     * @param max maximum length of the HTML, UTF-16 units
     * @return empty if the first block exceeds the maximum; then use {@link #of}
     */
    public static Optional<String> firstBlocks(String html, int enough, int max) {
        int depth = 0;
        int end = 0;
        int i = html.indexOf('<');
        while (i >= 0 && i <= max && end < enough) {
            int next = afterElement(html, i);
            boolean closing = html.startsWith("</", i);
            if (closing) {
                depth--;
            } else if (!isVoid(html, i)) {
                depth++;
            }
            if (depth == 0 && closing && next <= max && !isHeading(html, i + 2)) {
                end = next;
            }
            i = html.indexOf('<', next);
        }
        return end == 0 ? Optional.empty() : Optional.of(html.substring(0, end));
    }

    private static boolean isInline(String html, int from) {
        int begin = html.startsWith("</", from) ? from + 2 : from + 1;
        int end = begin;
        while (end < html.length() && Character.isLetterOrDigit(html.charAt(end))) {
            end++;
        }
        return INLINE.contains(html.substring(begin, end));
    }

    private static int afterFootnote(String html, int from) {
        int end = html.indexOf("</sup>", from);
        return end < 0 ? html.length() : end + "</sup>".length();
    }

    /** Returns whether an element is one of the void elements that the sanitiser allows. */
    private static boolean isVoid(String html, int from) {
        return html.startsWith("<img", from)
                || html.startsWith("<br", from)
                || html.startsWith("<hr", from)
                || html.startsWith("<input", from);
    }

    private static boolean isHeading(String html, int name) {
        return html.charAt(name) == 'h' && html.charAt(name + 1) >= '1' && html.charAt(name + 1) <= '6';
    }

    private static void add(char c, StringBuilder text) {
        if (Character.isWhitespace(c) || c == '\u00a0') {
            space(text);
        } else if (!Character.isISOControl(c)) {
            text.append(c);
        }
    }

    private static void space(StringBuilder text) {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
            text.append(' ');
        }
    }

    private static int afterElement(String html, int from) {
        char quote = 0;
        for (int i = from + 1; i < html.length(); i++) {
            char c = html.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"') {
                quote = c;
            } else if (c == '>') {
                return i + 1;
            }
        }
        return html.length();
    }

    /** Appends the character of an entity; the sanitiser writes these five only. */
    private static int entity(String html, int from, StringBuilder text) {
        int end = html.indexOf(';', from);
        String name = end < 0 || end > from + 6 ? "" : html.substring(from + 1, end);
        switch (name) {
            case "amp" -> text.append('&');
            case "lt" -> text.append('<');
            case "gt" -> text.append('>');
            case "quot" -> text.append('"');
            case "nbsp" -> space(text);
            default -> {
                text.append('&');
                return from + 1;
            }
        }
        return end + 1;
    }

    /**
     * Returns a text of at most {@code max} UTF-16 units. A longer text ends with an ellipsis. The halves of a surrogate
     * pair stay together.
     */
    public static String ofText(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
        return text.substring(0, end) + '…';
    }

    private static String cut(StringBuilder text, int max) {
        int end = max - 1;
        int space = text.lastIndexOf(" ", end);
        if (space > max / 2) {
            end = space;
        } else if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end).strip() + '…';
    }
}
