package org.starpunk.note;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jsoup.parser.Tag;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;
import org.jsoup.select.Elements;
import org.starpunk.note.CommonMarkRenderer.TooLargeException;

/**
 * Renders the text of a note to HTML that is safe on a page: Markdown (see {@link CommonMarkRenderer}), HTML from a
 * client, or plain text. The result contains allowed elements and attributes only, and each element is closed.
 * Thread-safe.
 *
 * <p>Not allowed: {@code rel}, and {@code class} and {@code id} except for footnotes and aligned cells, because quoted
 * text could pose as microformats of the page or as the author's identity; styles, scripts, forms and frames.
 */
public final class MarkdownRenderer {

    private static final int MAX_READINGS = 5;

    /** Version of the renderer. HTML from an earlier version is rendered again after the start of the site. */
    public static final int VERSION = 2;

    /** Prefix of the class of an aligned table cell. */
    static final String ALIGN = "align-";

    /**
     * Length above which texts are rendered one at a time, UTF-16 units. Callers must do so on a thread that may block.
     */
    public static final int LONG = 20_000;

    private static final Semaphore LONG_TEXTS = new Semaphore(1);

    /** Maximum number of elements of a tree, in the worst case. */
    private static final int MAX_ELEMENTS = 100_000;

    private static final int LONGEST_NAME = 12;

    /** Formatting elements (HTML, 13.2.4.2). */
    private static final Set<String> FORMATTING =
            Set.of("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u");

    /** Display width of a picture, for the choice among its copies: the column of the default theme. */
    private static final String PICTURE_SIZES = "(min-width: 44rem) 40rem, 92vw";

    /** Base for the validation of relative links, which stay relative. */
    private static final String BASE = "https://site.invalid/";

    /** Elements that browsers display as blocks (HTML, 15.3) and that are not allowed. */
    private static final String BLOCKS =
            "address, article, aside, body > noscript, center, details, dialog, dir, fieldset, footer, form, frameset,"
                    + " header, hgroup, legend, listing, main, menu, nav, optgroup, option, plaintext, search, section,"
                    + " summary, xmp, audio, canvas, iframe, object, video";

    private static final Set<String> LISTS = Set.of("dir", "menu");

    private static final Safelist ALLOWED = allowed();

    private MarkdownRenderer() {}

    /**
     * Renders a text. Accepts any text and removes everything that is not allowed. Blocks for long texts.
     *
     * @param text text as written by the author
     * @param format format of the text
     */
    public static String render(String text, Note.Format format) {
        return read(text, format).html();
    }

    /**
     * Text as HTML and as plain text.
     *
     * @param html result of {@link #render}
     * @param text text content of the HTML, with collapsed white space
     */
    public record RenderedText(String html, String text) {}

    /**
     * Renders like {@link #render}, and also returns the plain text, which is cheaper than computing it later. Long
     * texts are rendered one at a time per process, because the tree of one takes about 10 MB.
     */
    public static RenderedText read(String text, Note.Format format) {
        if (text.length() <= LONG) {
            return readNow(text, format);
        }
        LONG_TEXTS.acquireUninterruptibly();
        try {
            return readNow(text, format);
        } finally {
            LONG_TEXTS.release();
        }
    }

    private static RenderedText readNow(String text, Note.Format format) {
        try {
            return switch (format) {
                case MARKDOWN -> toRead(leveled(CommonMarkRenderer.toHtml(text)));
                case HTML -> toRead(leveled(text));
                case TEXT -> PlainTextRenderer.simple(text).orElseGet(() -> plain(text));
            };
        } catch (TooLargeException e) {
            // Shown as plain text, like a text that is nested too deeply.
            return plain(text);
        }
    }

    /**
     * Rejects HTML that would become a tree of too many elements. In each block, a parser opens unclosed formatting
     * elements of the previous block again, up to three of each kind (HTML, 13.2.4.3). 16,000 repetitions of {@code
     * <b><i><u><p>} become about 150,000 elements.
     */
    private static void checkSize(String html) {
        CommonMarkRenderer.checkLength(html.length());
        int tags = 0;
        Set<String> formatting = new HashSet<>();
        for (int i = html.indexOf('<'); i >= 0; i = html.indexOf('<', i + 1)) {
            int end = i + 1;
            while (end < html.length() && end < i + LONGEST_NAME && Character.isLetterOrDigit(html.charAt(end))) {
                end++;
            }
            if (end > i + 1) {
                tags++;
                String name = html.substring(i + 1, end).toLowerCase(Locale.ROOT);
                if (FORMATTING.contains(name)) {
                    boolean unused = formatting.add(name);
                }
            }
        }
        if ((long) tags * (1 + 3L * formatting.size()) > MAX_ELEMENTS) {
            throw new TooLargeException();
        }
    }

    /** Renders plain text. One pass is enough, because {@link PlainTextRenderer} produces paragraphs and links only. */
    static RenderedText plain(String text) {
        Element body = cleaned(PlainTextRenderer.toHtml(text));
        return new RenderedText(body.html().strip(), body.text());
    }

    private static Element leveled(String html) {
        Element body = clean(html);
        lowerHeadings(body);
        return body;
    }

    /** Sanitises untrusted HTML. */
    public static String sanitise(String html) {
        try {
            return toRead(clean(html)).html();
        } catch (TooLargeException e) {
            return plain(html).html();
        }
    }

    /**
     * Parses the sanitised HTML again until it does not change. Removing an element can leave nesting that browsers
     * would parse in another way, such as a paragraph within a paragraph. Only HTML that all parsers read in the same
     * way is safe.
     */
    private static RenderedText toRead(Element read) {
        String last = read.html().strip();
        for (int i = 0; i < MAX_READINGS; i++) {
            Element body = clean(last);
            String again = body.html().strip();
            if (again.equals(last)) {
                return new RenderedText(last, body.text());
            }
            last = again;
        }
        String text = Jsoup.parseBodyFragment(last).body().wholeText();
        return new RenderedText(PlainTextRenderer.toHtml(text), text);
    }

    private static Element clean(String html) {
        checkSize(html);
        return cleaned(html);
    }

    private static Element cleaned(String html) {
        Document given = Jsoup.parseBodyFragment(printable(html), BASE);
        linkEmbeds(given.body());
        keepBlocks(given.body());
        Document clean = new Cleaner(ALLOWED).clean(given);
        clean.outputSettings()
                .prettyPrint(false)
                .escapeMode(Entities.EscapeMode.base)
                .charset("UTF-8");
        Element body = clean.body();
        completeImages(body);
        AttributeRules.check(body);
        HtmlNestingRepair.repair(body);
        body.select("pre, table").attr("tabindex", "0"); // areas that scroll sideways must be scrollable by keyboard
        return body;
    }

    /**
     * Lowers the headings: the highest level becomes the second, because the first belongs to the page. Differences
     * between levels stay the same.
     */
    private static void lowerHeadings(Element body) {
        Elements headings = body.select("h1, h2, h3, h4, h5, h6");
        int highest = headings.stream().mapToInt(MarkdownRenderer::level).min().orElse(1);
        for (Element heading : headings) {
            heading.tag(Tag.valueOf("h" + Math.min(6, level(heading) - highest + 2)));
        }
    }

    private static int level(Element heading) {
        return heading.normalName().charAt(1) - '0';
    }

    /** Replaces an embedded page or media file by a link. */
    private static void linkEmbeds(Element body) {
        for (Element embed : body.select("iframe, video, audio, embed, object")) {
            String url = address(embed);
            if (embed.closest("body") != null && DisplayedProperty.isWeb(url)) {
                Element link = new Element("a").attr("href", url).text(url);
                embed.replaceWith(embed.closest("p") == null ? new Element("p").appendChild(link) : link);
            }
        }
    }

    private static String address(Element embed) {
        String url = embed.attr(embed.hasAttr("src") ? "src" : "data").strip();
        Element source = embed.selectFirst("source[src], embed[src]");
        url = url.isEmpty() && source != null ? source.attr("src").strip() : url;
        return url.startsWith("//") ? "https:" + url : url;
    }

    /** Replaces forbidden block elements by allowed ones, so that adjacent texts stay separated. */
    private static void keepBlocks(Element body) {
        for (Element element : body.select(BLOCKS)) {
            boolean footnotes = element.normalName().equals("section") && element.hasClass("footnotes");
            if (!footnotes) {
                String name = LISTS.contains(element.normalName()) ? "ul" : "div";
                element.tag(Tag.valueOf(name));
            }
        }
    }

    /** Adds a missing alternative text to pictures, and removes pictures without an address. */
    private static void completeImages(Element body) {
        for (Element image : body.select("img")) {
            if (!image.hasAttr("src")) {
                image.remove();
                continue;
            }
            if (!image.hasAttr("alt")) {
                image.attr("alt", "");
            }
            ServedImage.of(image.attr("src")).ifPresent(picture -> size(image, picture));
        }
    }

    /** Sets the size of a picture of this site, which reserves its space, and lists its narrower copies. */
    private static void size(Element image, ServedImage picture) {
        image.attr("width", Integer.toString(picture.width())).attr("height", Integer.toString(picture.height()));
        if (!picture.srcset().isEmpty()) {
            image.attr("srcset", picture.srcset()).attr("sizes", PICTURE_SIZES);
        }
    }

    /** Removes control characters that HTML does not allow. */
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
                .addTags(
                        "a",
                        "abbr",
                        "b",
                        "blockquote",
                        "br",
                        "cite",
                        "code",
                        "dd",
                        "del",
                        "dfn",
                        "div",
                        "dl",
                        "dt",
                        "em")
                .addTags("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd")
                .addTags(
                        "input", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "strong", "sub",
                        "sup")
                .addTags("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "u", "ul", "var")
                .addAttributes("a", "href", "title", "class", "id", "aria-label")
                .addAttributes("abbr", "title")
                .addAttributes("img", "src", "alt", "title")
                .addAttributes("input", "type", "checked")
                .addAttributes("li", "value", "id")
                .addAttributes("ol", "start", "reversed")
                .addAttributes("section", "class")
                .addAttributes("sup", "class")
                .addAttributes("td", "align", "class", "colspan", "rowspan")
                .addAttributes("th", "align", "class", "colspan", "rowspan")
                .addProtocols("a", "href", "http", "https", "mailto", "tel")
                .addProtocols("img", "src", "http", "https")
                .addEnforcedAttribute("img", "loading", "lazy")
                .preserveRelativeLinks(true);
    }
}
