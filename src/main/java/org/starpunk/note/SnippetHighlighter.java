package org.starpunk.note;

/**
 * Renders the snippet of a search hit to HTML: escapes it, and converts its markers to balanced {@code <mark>}
 * elements.
 */
public final class SnippetHighlighter {

    private SnippetHighlighter() {}

    /** Returns safe HTML for a {@link NoteSearch.Hit#snippet()} with any content. */
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
