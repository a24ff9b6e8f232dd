package org.starpunk.note;

import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.autolink.AutolinkType;
import org.commonmark.ext.footnotes.FootnoteDefinition;
import org.commonmark.ext.footnotes.FootnoteReference;
import org.commonmark.ext.footnotes.internal.FootnoteBlockParser;
import org.commonmark.ext.footnotes.internal.FootnoteHtmlNodeRenderer;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.task.list.items.TaskListItemsExtension;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Text;
import org.commonmark.parser.InlineParserContext;
import org.commonmark.parser.Parser;
import org.commonmark.parser.beta.LinkInfo;
import org.commonmark.parser.beta.LinkResult;
import org.commonmark.parser.beta.Scanner;
import org.commonmark.renderer.html.HtmlRenderer;

/** Renders Markdown to HTML that is not sanitised: CommonMark 0.31 with GitHub's extensions and footnotes. */
final class CommonMarkRenderer {

    /**
     * Maximum nesting of blocks; deeper blocks are text. Each level costs time per line, and real texts do not reach
     * it.
     */
    private static final int MAX_NESTING = 60;

    /** Maximum length of the rendered HTML, UTF-16 units. */
    private static final int MAX_HTML = 2_000_000;

    /** Maximum number of table cells. The parser pads each row to the width of the header. */
    private static final int MAX_CELLS = 50_000;

    private static final Pattern DELIMITER_ROW = Pattern.compile("[-|:>*+0-9.)\\s]+");

    private static final List<Extension> EXTENSIONS = List.of(
            TablesExtension.create(),
            StrikethroughExtension.create(),
            TaskListItemsExtension.create(),
            AutolinkExtension.builder().linkTypes(AutolinkType.EMAIL).build());

    /**
     * The parser. It uses parts of the footnotes extension: its link processor was built for an older version of
     * commonmark, and {@link #footnote} replaces it.
     */
    private static final Parser PARSER = Parser.builder()
            .extensions(EXTENSIONS)
            .customBlockParserFactory(new FootnoteBlockParser.Factory())
            .linkProcessor(CommonMarkRenderer::footnote)
            .customInlineContentParserFactory(new BareUrlParser.Factory())
            .postProcessor(new BareUrlParser.Unnesting())
            .maxOpenBlockParsers(MAX_NESTING)
            .build();

    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .nodeRendererFactory(FootnoteHtmlNodeRenderer::new)
            .build();

    private CommonMarkRenderer() {}

    /**
     * Renders a text. Falls back to plain text if emphasis is nested thousands of levels deep, because the renderer is
     * recursive.
     *
     * @throws TooLargeException if the HTML or the tree would take many times the memory of the text
     */
    static String toHtml(String text) {
        checkTables(text);
        try {
            BoundedOutput html = new BoundedOutput();
            RENDERER.render(PARSER.parse(text), html);
            return html.toString();
        } catch (StackOverflowError e) {
            return PlainTextRenderer.toHtml(text);
        }
    }

    /**
     * Checks the length of HTML, UTF-16 units.
     *
     * @throws TooLargeException if it is too long
     */
    static void checkLength(int length) {
        if (length > MAX_HTML) {
            throw new TooLargeException();
        }
    }

    /** The HTML or the tree of a text would take many times the memory of the text. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Rejects tables with too many cells. No table spans an empty line. Therefore the number of lines between two empty
     * lines, multiplied by the widest delimiter row among them, is an upper bound.
     */
    private static void checkTables(String text) {
        if (text.indexOf('|') < 0) {
            return;
        }
        long cells = 0;
        long lines = 0;
        long columns = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (isEmpty(line)) {
                cells += lines * columns;
                lines = 0;
                columns = 0;
            } else {
                lines++;
                if (line.indexOf('|') >= 0 && DELIMITER_ROW.matcher(line).matches()) {
                    columns = Math.max(
                            columns, 1 + line.chars().filter(c -> c == '|').count());
                }
            }
        }
        if (cells + lines * columns > MAX_CELLS) {
            throw new TooLargeException();
        }
    }

    /** Returns whether a line is blank, also within a quote. */
    private static boolean isEmpty(String line) {
        return line.chars().allMatch(c -> c == '>' || c <= ' ');
    }

    private static LinkResult footnote(LinkInfo link, Scanner scanner, InlineParserContext context) {
        boolean caret = link.openingBracket().getNext() instanceof Text text
                && text.getLiteral().startsWith("^");
        if (link.destination() != null || !caret) {
            return LinkResult.none();
        }
        String label = link.text(scanner).substring(1);
        boolean isLink =
                link.label() != null && context.getDefinition(LinkReferenceDefinition.class, link.label()) != null;
        if (isLink || context.getDefinition(FootnoteDefinition.class, label) == null) {
            return LinkResult.none();
        }
        return LinkResult.replaceWith(new FootnoteReference(label), link.afterTextBracket());
    }

    /** Output with a limited length. A short reference may insert an address that is a thousand times longer. */
    private static final class BoundedOutput implements Appendable {

        private final StringBuilder text = new StringBuilder();

        private BoundedOutput within() {
            checkLength(text.length());
            return this;
        }

        @Override
        public Appendable append(CharSequence part) {
            text.append(part);
            return within();
        }

        @Override
        public Appendable append(CharSequence part, int from, int to) {
            text.append(part, from, to);
            return within();
        }

        @Override
        public Appendable append(char c) {
            text.append(c);
            return within();
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
