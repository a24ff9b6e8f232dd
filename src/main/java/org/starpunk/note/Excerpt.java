package org.starpunk.note;

/** The first words of a note, for where only a line of plain text can stand: a page's title, an Atom entry's. */
public final class Excerpt {

    private Excerpt() {}

    /**
     * The beginning of sanitised HTML as plain text, white space folded, ended at a word with an ellipsis when it is cut.
     *
     * @param html as {@link Markdown} made it
     * @param max the longest, UTF-16 units, at least 2
     */
    public static String of(String html, int max) {
        StringBuilder text = new StringBuilder(max + 1);
        int i = 0;
        while (i < html.length() && text.length() <= max) {
            char c = html.charAt(i);
            if (c == '<') {
                i = afterElement(html, i);
                space(text);
            } else if (c == '&') {
                i = entity(html, i, text);
            } else {
                add(c, text);
                i++;
            }
        }
        return text.length() <= max ? text.toString().strip() : cut(text, max);
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
