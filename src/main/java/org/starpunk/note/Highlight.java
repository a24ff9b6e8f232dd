package org.starpunk.note;

/** A search hit's snippet as HTML: escaped first, then its markers become {@code <mark>}, always opened and closed in turn. */
public final class Highlight {

    private Highlight() {}

    /** The HTML of a {@link Search.Hit#snippet()}, whatever stands in it. */
    public static String toHtml(String snippet) {
        StringBuilder html = new StringBuilder(snippet.length() + 64);
        boolean marked = false;
        int from = 0;
        for (int i = 0; i < snippet.length(); i++) {
            char c = snippet.charAt(i);
            if (c >= ' ' || c == '\n' || c == '\t') {
                continue;
            }
            Html.escape(snippet.substring(from, i), html);
            from = i + 1;
            if (c == Search.MARK_START && !marked) {
                html.append("<mark>");
                marked = true;
            } else if (c == Search.MARK_END && marked) {
                html.append("</mark>");
                marked = false;
            }
        }
        Html.escape(snippet.substring(from), html);
        return html.append(marked ? "</mark>" : "").toString();
    }
}
