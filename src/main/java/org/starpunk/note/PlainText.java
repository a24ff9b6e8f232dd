package org.starpunk.note;

import java.util.EnumSet;
import org.nibor.autolink.LinkExtractor;
import org.nibor.autolink.LinkSpan;
import org.nibor.autolink.LinkType;
import org.nibor.autolink.Span;

/** Plain text as HTML: an empty line ends a paragraph, a line break stays one, a link can be followed. */
final class PlainText {

    private static final LinkExtractor LINKS =
            LinkExtractor.builder().linkTypes(EnumSet.of(LinkType.URL)).build();

    private PlainText() {}

    static String toHtml(String text) {
        StringBuilder html = new StringBuilder(text.length() + 64);
        boolean open = false;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.isBlank()) {
                html.append(open ? "</p>\n" : "");
                open = false;
            } else {
                html.append(open ? "<br>\n" : "<p>");
                open = true;
                line(line, html);
            }
        }
        return html.append(open ? "</p>" : "").toString();
    }

    private static void line(String line, StringBuilder html) {
        for (Span span : LINKS.extractSpans(line)) {
            String part = Html.escape(line.substring(span.getBeginIndex(), span.getEndIndex()));
            if (span instanceof LinkSpan) {
                html.append("<a href=\"")
                        .append(part)
                        .append("\">")
                        .append(part)
                        .append("</a>");
            } else {
                html.append(part);
            }
        }
    }
}
