package org.starpunk.note;

import java.util.Optional;
import java.util.Set;

/** The first words of a note, for where only a line of plain text can stand: a page's title, an Atom entry's. */
public final class Excerpt {

    /** Elements within a word or between two, which leave no space. */
    private static final Set<String> INLINE = Set.of(
            "a", "abbr", "b", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small",
            "strong", "sub", "sup", "u", "var");

    /** Begin of a reference to a footnote: its number says nothing without the footnote. */
    private static final String FOOTNOTE = "<sup class=\"footnote-ref\">";

    private Excerpt() {}

    /**
     * The beginning of sanitised HTML as plain text, white space folded, ended at a word with an ellipsis when it is cut.
     *
     * @param html as {@link MarkdownRenderer} made it
     * @param max the longest, UTF-16 units, at least 2
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
     * The first blocks of sanitised HTML, whole ones, for a list that shows the beginning of a long text. It does not end in a
     * heading.
     *
     * @param html as {@link MarkdownRenderer} made it
     * @param enough how much HTML is enough, UTF-16 units
     * @param max how much is too much
     * @return empty when no block ends before it is too much: then {@link #of} makes a line
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

    /** The elements without an end that the sanitiser lets through. */
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

    /** The five that the sanitiser writes. */
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
