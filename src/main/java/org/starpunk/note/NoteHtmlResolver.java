package org.starpunk.note;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the links and ids in a note's HTML for a page or feed. The stored HTML does not depend on its place:
 * relative links are relative to the note's page, and ids of footnotes are unique within the note only.
 */
public final class NoteHtmlResolver {

    /**
     * Elements whose text direction depends on their own text, so that a Hebrew paragraph is correct in an English
     * note.
     */
    private static final Set<String> DIRECTED =
            Set.of("caption", "dd", "dt", "figcaption", "h2", "h3", "h4", "h5", "h6", "li", "p", "td", "th");

    private static final String SRC = " src=\"";

    /** Placeholder origin for links without an origin. */
    private static final String ORIGIN = "https://origin.invalid";

    private final String html;
    private final BaseAddress place;
    private final StringBuilder out;

    /**
     * Place of the HTML.
     *
     * @param base address of the note, against which links are resolved
     * @param prefix prefix of the ids of footnotes
     * @param footnotes whether the footnotes are on the page too, so that links to them stay within the page
     * @param page whether it is a page with text directions, style sheets and copies of pictures, and not a feed
     */
    private record BaseAddress(String base, String prefix, boolean footnotes, boolean page) {}

    private NoteHtmlResolver(String html, BaseAddress place) {
        this.html = html;
        this.place = place;
        this.out = new StringBuilder(html.length() + html.length() / 8 + 64);
    }

    /** Returns the complete HTML of a note for a page of the site, which may contain other notes. */
    public static String onPage(Note note) {
        return new NoteHtmlResolver(note.html(), new BaseAddress(ORIGIN + note.path(), prefix(note), true, true))
                .shown();
    }

    /** Returns a part of a note's HTML for a page. Links to its footnotes lead to the page of the note. */
    public static String partOnPage(Note note, String part) {
        return new NoteHtmlResolver(part, new BaseAddress(ORIGIN + note.path(), prefix(note), false, true)).shown();
    }

    /**
     * Returns the HTML of a text that is not a stored note, for a page.
     *
     * @param prefix prefix of the ids of footnotes
     */
    public static String ofText(String html, String prefix) {
        return new NoteHtmlResolver(html, new BaseAddress(ORIGIN + "/notes/", prefix, true, true)).shown();
    }

    /**
     * Returns the HTML of a note for a feed: with absolute links, and without the copies of its pictures.
     *
     * @param address absolute address of the note
     */
    public static String inFeed(Note note, String address) {
        return new NoteHtmlResolver(note.html(), new BaseAddress(address, prefix(note), false, false)).shown();
    }

    /**
     * Returns the absolute address of the first picture in the text of a note.
     *
     * @param address absolute address of the note
     * @return null if there is no picture with a web address
     */
    public static @Nullable String firstPicture(Note note, String address) {
        // Code that shows an element has &lt; instead of <, but its quotation marks are not escaped.
        String html = note.html();
        for (int at = html.indexOf("<img "); at >= 0; at = html.indexOf("<img ", at + 1)) {
            int begin = html.indexOf(SRC, at) + SRC.length();
            int next = html.indexOf('<', at + 1);
            int end = html.indexOf('"', begin);
            if (begin > at && end > 0 && (next < 0 || begin < next)) {
                String url = UrlResolver.resolve(plain(html.substring(begin, end)), address);
                if (DisplayedProperty.isWeb(url)) {
                    return url;
                }
            }
        }
        return null;
    }

    private static String prefix(Note note) {
        return "n" + note.id() + "-";
    }

    private String shown() {
        int from = 0;
        int element = html.indexOf('<');
        while (element >= 0) {
            out.append(html, from, element);
            from = element(element);
            element = html.indexOf('<', from);
        }
        return out.append(html, from, html.length()).toString();
    }

    /** Appends the tag of an element. Returns the index after it. */
    private int element(int begin) {
        int at = begin + 1;
        while (at < html.length() && html.charAt(at) != ' ' && html.charAt(at) != '>') {
            at++;
        }
        out.append(html, begin, at);
        String name = html.substring(begin + 1, at);
        if (place.page() && DIRECTED.contains(name)) {
            out.append(" dir=\"auto\"");
        }
        while (at < html.length() && html.charAt(at) != '>') {
            at = attribute(at);
        }
        out.append('>');
        return Math.min(html.length(), at + 1);
    }

    /**
     * Appends an attribute with the space before it: {@code name="value"}, or a name alone. Returns the index after it.
     */
    private int attribute(int begin) {
        int at = begin + 1;
        while (at < html.length() && "=> ".indexOf(html.charAt(at)) < 0) {
            at++;
        }
        if (at >= html.length() || html.charAt(at) != '=') {
            out.append(html, begin, at);
            return at;
        }
        String name = html.substring(begin + 1, at);
        int end = html.indexOf('"', at + 2);
        String value = html.substring(at + 2, end < 0 ? html.length() : end);
        attribute(name, value);
        return end < 0 ? html.length() : end + 1;
    }

    private void attribute(String name, String value) {
        switch (name) {
            case "href", "src" -> add(name, link(value));
            case "id" -> add(name, place.prefix() + value);
            case "srcset", "sizes" -> {
                if (place.page()) {
                    add(name, value);
                }
            }
            case "class" -> {
                boolean aligned = value.startsWith(MarkdownRenderer.ALIGN);
                if (place.page() || !aligned) {
                    add(name, value);
                } else {
                    // A feed reader does not have the style sheet of the site.
                    add("align", value.substring(MarkdownRenderer.ALIGN.length()));
                }
            }
            default -> add(name, value);
        }
    }

    private void add(String name, String value) {
        out.append(' ').append(name).append("=\"").append(value).append('"');
    }

    private String link(String escaped) {
        if (escaped.startsWith("#fn-") || escaped.startsWith("#fnref-")) {
            String id = "#" + place.prefix() + escaped.substring(1);
            return place.footnotes() ? id : (place.page() ? path() : place.base()) + id;
        }
        String resolved = UrlResolver.resolve(plain(escaped), place.base());
        return HtmlEscaper.escape(
                place.page() && resolved.startsWith(ORIGIN + '/') ? resolved.substring(ORIGIN.length()) : resolved);
    }

    /** Unescapes the value of an attribute. */
    private static String plain(String escaped) {
        return escaped.replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&nbsp;", "\u00a0")
                .replace("&amp;", "&");
    }

    private String path() {
        return place.base().substring(ORIGIN.length());
    }
}
