package org.starpunk.note;

import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jsoup.parser.Tag;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;
import org.jsoup.select.Elements;

/**
 * Makes a note's text into HTML that is safe to set into a page: Markdown (CommonMark 0.31, with bare links), HTML from a client,
 * or plain text. Whatever it was, the result has passed one list of what is allowed, and every element in it is closed.
 *
 * <p>What is left out on purpose: {@code class}, {@code id} and {@code rel}, with which a quoted text could give itself out as
 * the page's own microformats or as the author's identity; styles, scripts, forms and frames.
 */
public final class Markdown {

    /** Deeper nesting of blocks is read as text: no one writes it, and every level costs time at each line. */
    private static final int MAX_NESTING = 60;

    private static final int MAX_READINGS = 5;

    /** How wide a picture in the text stands, for the choice among its copies: the column of the shipped theme. */
    private static final String PICTURE_SIZES = "(min-width: 44rem) 40rem, 92vw";

    /** Relative links are judged as if they stood here, and stay relative. */
    private static final String BASE = "https://site.invalid/";

    private static final List<Extension> EXTENSIONS = List.of(AutolinkExtension.create());
    private static final Parser PARSER = Parser.builder()
            .extensions(EXTENSIONS)
            .maxOpenBlockParsers(MAX_NESTING)
            .build();
    private static final HtmlRenderer RENDERER =
            HtmlRenderer.builder().extensions(EXTENSIONS).build();
    private static final Safelist ALLOWED = allowed();

    private Markdown() {}

    /**
     * The HTML of a text. Any text gives some: nothing is refused, what is not allowed is left out.
     *
     * @param text as the author wrote it
     * @param format how it was written
     */
    public static String render(String text, Note.Format format) {
        return read(text, format).html();
    }

    /**
     * A text as it is shown, and as it is found.
     *
     * @param html as {@link #render} makes it
     * @param text what stands between the elements, white space folded
     */
    public record Read(String html, String text) {}

    /** As {@link #render}, with the plain text of it, which costs less here than later. */
    public static Read read(String text, Note.Format format) {
        return switch (format) {
            case MARKDOWN -> settle(leveled(markdown(text)));
            case HTML -> settle(leveled(text));
            case TEXT -> PlainText.simple(text).orElseGet(() -> plain(text));
        };
    }

    /** A plain text is set into paragraphs and links by us, and is what it is after one reading. */
    static Read plain(String text) {
        Element body = leveled(PlainText.toHtml(text));
        return new Read(body.html().strip(), body.text());
    }

    private static Element leveled(String html) {
        Element body = clean(html);
        lowerHeadings(body);
        return body;
    }

    /** HTML from anywhere, with only what is allowed left in it. */
    public static String sanitise(String html) {
        return settle(clean(html)).html();
    }

    /**
     * Reads the clean HTML again until reading changes nothing. Elements that are left out can leave others where a browser would
     * not put them (a paragraph in a paragraph), and only what every reader understands alike is safe.
     */
    private static Read settle(Element read) {
        String last = read.html().strip();
        for (int i = 0; i < MAX_READINGS; i++) {
            Element body = clean(last);
            String again = body.html().strip();
            if (again.equals(last)) {
                return new Read(last, body.text());
            }
            last = again;
        }
        String text = Jsoup.parseBodyFragment(last).body().wholeText();
        return new Read(PlainText.toHtml(text), text);
    }

    private static Element clean(String html) {
        Document clean = new Cleaner(ALLOWED).clean(Jsoup.parseBodyFragment(printable(html), BASE));
        clean.outputSettings()
                .prettyPrint(false)
                .escapeMode(Entities.EscapeMode.base)
                .charset("UTF-8");
        Element body = clean.body();
        completeImages(body);
        body.select("pre, table").attr("tabindex", "0"); // what scrolls sideways must scroll by keyboard too
        return body;
    }

    private static String markdown(String text) {
        try {
            return RENDERER.render(PARSER.parse(text));
        } catch (StackOverflowError e) {
            // Emphasis nested some thousand times, which the renderer follows by recursion: shown as it was written.
            return PlainText.toHtml(text);
        }
    }

    /** The page's own heading is the first level: a note's highest becomes the second, and the others keep their distance. */
    private static void lowerHeadings(Element body) {
        Elements headings = body.select("h1, h2, h3, h4, h5, h6");
        int highest = headings.stream().mapToInt(Markdown::level).min().orElse(1);
        for (Element heading : headings) {
            heading.tag(Tag.valueOf("h" + Math.min(6, level(heading) - highest + 2)));
        }
    }

    private static int level(Element heading) {
        return heading.normalName().charAt(1) - '0';
    }

    /** A picture always says what it shows, if only that it says nothing. */
    private static void completeImages(Element body) {
        for (Element image : body.select("img")) {
            if (!image.hasAttr("src")) {
                image.remove();
                continue;
            }
            if (!image.hasAttr("alt")) {
                image.attr("alt", "");
            }
            Picture.of(image.attr("src")).ifPresent(picture -> size(image, picture));
        }
    }

    /** Reserves the place of a picture of this site, and offers its narrower copies. */
    private static void size(Element image, Picture picture) {
        image.attr("width", Integer.toString(picture.width())).attr("height", Integer.toString(picture.height()));
        if (!picture.srcset().isEmpty()) {
            image.attr("srcset", picture.srcset()).attr("sizes", PICTURE_SIZES);
        }
    }

    /** Without the control characters that HTML does not allow. */
    private static String printable(String html) {
        for (int i = 0; i < html.length(); i++) {
            if (forbidden(html.charAt(i))) {
                return dropForbidden(html);
            }
        }
        return html;
    }

    private static String dropForbidden(String html) {
        StringBuilder kept = new StringBuilder(html.length());
        html.chars().filter(c -> !forbidden((char) c)).forEach(c -> kept.append((char) c));
        return kept.toString();
    }

    private static boolean forbidden(char c) {
        return (c < ' ' && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7f && c < 0xa0) || c >= 0xfffe;
    }

    private static Safelist allowed() {
        return new Safelist()
                .addTags("a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "dfn", "dl", "dt", "em")
                .addTags("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd")
                .addTags("li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "strong", "sub", "sup")
                .addTags("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "u", "ul", "var")
                .addAttributes("a", "href", "title")
                .addAttributes("abbr", "title")
                .addAttributes("img", "src", "alt", "title")
                .addProtocols("a", "href", "http", "https", "mailto", "tel")
                .addProtocols("img", "src", "http", "https")
                .addEnforcedAttribute("img", "loading", "lazy")
                .preserveRelativeLinks(true);
    }
}
