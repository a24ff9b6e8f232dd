package org.starpunk.note;

import java.net.URI;

/** Relative links in a note's HTML, made absolute for readers that do not know where it stood. */
public final class Links {

    private static final String[] ATTRIBUTES = {" href=\"", " src=\""};

    private Links() {}

    /**
     * The same HTML, its links absolute; of a picture's copies only the full one is named.
     *
     * @param html as {@link Markdown} made it: attributes in double quotes, no {@code <} outside of elements
     * @param base the absolute address of the note
     */
    public static String absolute(String html, String base) {
        int element = html.indexOf('<');
        if (!html.contains("=\"")) {
            return html;
        }
        StringBuilder out = new StringBuilder(html.length() + 128);
        int from = 0;
        while (element >= 0) {
            int end = end(html, element);
            out.append(html, from, element).append(element(html.substring(element, end), base));
            from = end;
            element = html.indexOf('<', end);
        }
        return out.append(html, from, html.length()).toString();
    }

    private static int end(String html, int element) {
        boolean quoted = false;
        for (int i = element; i < html.length(); i++) {
            char c = html.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i + 1;
            }
        }
        return html.length();
    }

    private static String element(String given, String base) {
        String element = given.startsWith("<img ") ? given.replaceAll(" (?:srcset|sizes)=\"[^\"]*\"", "") : given;
        for (String attribute : ATTRIBUTES) {
            int at = element.indexOf(attribute);
            int end = at < 0 ? -1 : element.indexOf('"', at + attribute.length());
            if (end >= 0) {
                String link = element.substring(at + attribute.length(), end);
                return element.substring(0, at + attribute.length()) + resolve(link, base) + element.substring(end);
            }
        }
        return element;
    }

    private static String resolve(String link, String base) {
        if (link.startsWith("https:") || link.startsWith("http:") || link.startsWith("mailto:")) {
            return link;
        }
        if (link.startsWith("#")) {
            return base + link;
        }
        try {
            return Html.escape(
                    URI.create(base).resolve(link.replace("&amp;", "&")).toString());
        } catch (IllegalArgumentException e) {
            return link;
        }
    }
}
