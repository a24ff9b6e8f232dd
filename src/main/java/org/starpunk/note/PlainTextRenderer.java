package org.starpunk.note;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Renders plain text to HTML: empty lines separate paragraphs, line breaks stay, URLs become links. */
final class PlainTextRenderer {

    /** Links that all parsers of HTML read in the same way and that {@link MarkdownRenderer} allows. */
    private static final Pattern SIMPLE_LINK = Pattern.compile("https?://[A-Za-z0-9][A-Za-z0-9./?=&#%_~:+-]*");

    private static final String PUNCTUATION =
            "\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2026\u2022\u00ab\u00bb\u00b7\u20ac\u00a7\u00b0";

    private PlainTextRenderer() {}

    /**
     * Renders like {@link MarkdownRenderer#plain}, but without an HTML parser, which would dominate the time of a post
     * on the event loop. Returns empty for a text with characters that a parser could change.
     */
    static Optional<MarkdownRenderer.RenderedText> simple(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isSimple(text.charAt(i))) {
                return Optional.empty();
            }
        }
        StringBuilder html = new StringBuilder(text.length() + 64);
        StringBuilder words = new StringBuilder(text.length());
        boolean open = false;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.isBlank()) {
                html.append(open ? "</p>\n" : "");
                open = false;
                continue;
            }
            html.append(open ? "<br>\n" : "<p>");
            open = true;
            if (!simple(line, html)) {
                return Optional.empty();
            }
            words(line, words);
        }
        html.append(open ? "</p>" : "");
        return Optional.of(new MarkdownRenderer.RenderedText(html.toString().strip(), words.toString()));
    }

    /** Part of a line: a URL, or the text between two URLs. */
    private record LinePart(String text, boolean link) {}

    private static List<LinePart> parts(String line) {
        List<LinePart> parts = new ArrayList<>();
        int from = 0;
        int at = 0;
        while (at < line.length()) {
            boolean begins = BareUrl.mayBegin(line.charAt(at)) && (at == 0 || !BareUrl.joins(line.charAt(at - 1)));
            int end = begins ? BareUrl.end(line, at) : -1;
            if (end < 0) {
                at++;
            } else {
                if (at > from) {
                    parts.add(new LinePart(line.substring(from, at), false));
                }
                parts.add(new LinePart(line.substring(at, end), true));
                at = end;
                from = end;
            }
        }
        if (from < line.length()) {
            parts.add(new LinePart(line.substring(from), false));
        }
        return parts;
    }

    private static boolean isSimple(char c) {
        return c < 0x7f
                ? c >= ' ' || c == '\n' || c == '\t' || c == '\r'
                : Character.isLetterOrDigit(c) || PUNCTUATION.indexOf(c) >= 0;
    }

    private static boolean simple(String line, StringBuilder html) {
        for (LinePart span : parts(line)) {
            String part = span.text();
            if (!span.link()) {
                escape(part, html);
            } else if (SIMPLE_LINK.matcher(part).matches()) {
                html.append("<a href=\"");
                escape(part, html);
                html.append("\">");
                escape(part, html);
                html.append("</a>");
            } else {
                return false;
            }
        }
        return true;
    }

    /** Escapes a text like the HTML parser: quotes stay. */
    private static void escape(String text, StringBuilder html) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                default -> html.append(c);
            }
        }
    }

    /** Appends the words of a line, separated by single spaces. */
    private static void words(String line, StringBuilder words) {
        boolean space = words.length() > 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == ' ' || c == '\t') {
                space = words.length() > 0;
            } else {
                words.append(space ? " " : "").append(c);
                space = false;
            }
        }
    }

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
        for (LinePart span : parts(line)) {
            String part = HtmlEscaper.escape(span.text());
            if (span.link()) {
                html.append("<a href=\"")
                        .append(HtmlEscaper.escape(BareUrl.address(span.text())))
                        .append("\">")
                        .append(part)
                        .append("</a>");
            } else {
                html.append(part);
            }
        }
    }
}
