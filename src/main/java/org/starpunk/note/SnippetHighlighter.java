package org.starpunk.note;

/** A search hit's snippet as HTML: escaped first, then its markers become {@code <mark>}, always opened and closed in turn. */
public final class SnippetHighlighter {

    private SnippetHighlighter() {}

    /** The HTML of a {@link NoteSearch.Hit#snippet()}, whatever stands in it. */
    public static String toHtml(String snippet) {
        StringBuilder html = new StringBuilder(snippet.length() + 64);
        boolean marked = false;
        int from = 0;
        for (int i = 0; i < snippet.length(); i++) {
            char c = snippet.charAt(i);
            if (c >= ' ' || c == '\n' || c == '\t') {
                continue;
            }
            HtmlEscaper.escape(snippet.substring(from, i), html);
            from = i + 1;
            if (c == NoteSearch.MARK_START && !marked) {
                html.append("<mark>");
                marked = true;
            } else if (c == NoteSearch.MARK_END && marked) {
                html.append("</mark>");
                marked = false;
            }
        }
        HtmlEscaper.escape(snippet.substring(from), html);
        return html.append(marked ? "</mark>" : "").toString();
    }
}
