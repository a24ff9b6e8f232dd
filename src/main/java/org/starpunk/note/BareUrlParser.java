package org.starpunk.note;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.PostProcessor;
import org.commonmark.parser.beta.InlineContentParser;
import org.commonmark.parser.beta.InlineContentParserFactory;
import org.commonmark.parser.beta.InlineParserState;
import org.commonmark.parser.beta.ParsedInline;
import org.commonmark.parser.beta.Position;
import org.commonmark.parser.beta.Scanner;
import org.jsoup.parser.Parser;

/**
 * Links bare URLs during parsing. The extension of commonmark does so after parsing, when emphasis has already split
 * URLs that contain an underscore or an asterisk.
 */
final class BareUrlParser implements InlineContentParser {

    private static final Pattern ESCAPED = Pattern.compile("\\\\(\\p{Punct})");
    private static final Pattern ENTITY = Pattern.compile("&#?[A-Za-z0-9]{1,31};");

    /** Maximum length of a URL, UTF-16 units. */
    private static final int MAX_LENGTH = 8_000;

    private BareUrlParser() {}

    /** Creates parsers. */
    static final class Factory implements InlineContentParserFactory {

        @Override
        public Set<Character> getTriggerCharacters() {
            return Set.of('h', 'H', 'w', 'W');
        }

        @Override
        public InlineContentParser create() {
            return new BareUrlParser();
        }
    }

    @Override
    public ParsedInline tryParse(InlineParserState state) {
        Scanner scanner = state.scanner();
        Position begin = scanner.position();
        if (BareUrl.joins(scanner.peekPreviousCodePoint()) || !mayBegin(scanner, begin)) {
            return ParsedInline.none();
        }
        String rest = rest(scanner);
        int end = BareUrl.end(rest, 0);
        scanner.setPosition(begin);
        if (end < 0) {
            return ParsedInline.none();
        }
        for (int i = 0; i < end; i++) {
            scanner.next();
        }
        String url = unescaped(rest.substring(0, end));
        Link link = new Link(BareUrl.address(url), null);
        link.appendChild(new Text(url));
        return ParsedInline.of(link, scanner.position());
    }

    /** Rejects most words by their second character. */
    private static boolean mayBegin(Scanner scanner, Position begin) {
        scanner.next();
        char second = scanner.peek();
        scanner.setPosition(begin);
        return second == 't' || second == 'T' || second == 'w' || second == 'W';
    }

    private static String rest(Scanner scanner) {
        StringBuilder rest = new StringBuilder();
        while (scanner.hasNext() && rest.length() < MAX_LENGTH && scanner.peek() > ' ' && scanner.peek() != '<') {
            rest.append(scanner.peek());
            scanner.next();
        }
        return rest.toString();
    }

    private static String unescaped(String url) {
        String plain = ESCAPED.matcher(url).replaceAll("$1");
        return ENTITY.matcher(plain)
                .replaceAll(entity -> Matcher.quoteReplacement(Parser.unescapeEntities(entity.group(), false)));
    }

    /** Removes bare links within other links, which HTML does not allow. */
    static final class Unnesting extends AbstractVisitor implements PostProcessor {

        private int links;
        private int anchors;

        @Override
        public Node process(Node node) {
            node.accept(new Unnesting());
            return node;
        }

        @Override
        public void visit(Paragraph paragraph) {
            anchors = 0;
            visitChildren(paragraph);
        }

        @Override
        public void visit(Link link) {
            if (links > 0 || (anchors > 0 && isBare(link))) {
                for (Node child = link.getFirstChild(); child != null; child = link.getFirstChild()) {
                    link.insertBefore(child);
                }
                link.unlink();
                return;
            }
            links++;
            visitChildren(link);
            links--;
        }

        private static boolean isBare(Link link) {
            return link.getFirstChild() instanceof Text text
                    && BareUrl.address(text.getLiteral()).equals(link.getDestination());
        }

        @Override
        public void visit(HtmlInline html) {
            String tag = html.getLiteral();
            if (tag.length() > 2 && tag.regionMatches(true, 0, "<a", 0, 2) && !Character.isLetter(tag.charAt(2))) {
                anchors++;
            } else if (tag.regionMatches(true, 0, "</a>", 0, 4)) {
                anchors = Math.max(0, anchors - 1);
            }
        }
    }
}
