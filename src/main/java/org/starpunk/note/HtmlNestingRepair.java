package org.starpunk.note;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Repairs nesting that parsers accept and the standard forbids (HTML, 3.2.5 Content models): blocks within text, and
 * items outside lists. Parsers do not change such nesting.
 */
final class HtmlNestingRepair {

    /** Maximum number of added elements; above it, formatting is dropped instead. */
    private static final int MOST_ADDED = 5_000;

    private static final Set<String> BLOCKS = Set.of(
            "blockquote",
            "caption",
            "dd",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul");

    /** Elements that contain elements but no text. */
    private static final Set<String> STRUCTURE = Set.of("dl", "ol", "table", "tbody", "tfoot", "thead", "tr", "ul");

    private static final Set<String> TEXT_ONLY = Set.of("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre");

    /**
     * Second letters of the children of a {@code dl}: {@code dt} and {@code dd}. Possessive, so that a long list does
     * not overflow the stack.
     */
    private static final Pattern GROUPS = Pattern.compile("(?:t++d++)++");

    private final Set<Element> withBlock = Collections.newSetFromMap(new IdentityHashMap<>());
    private int added;

    private HtmlNestingRepair() {}

    /** Returns whether a node is one of the allowed block elements. */
    static boolean isBlock(Node node) {
        return node instanceof Element element && BLOCKS.contains(element.normalName());
    }

    /** Repairs all descendants of an element. */
    static void repair(Element body) {
        new HtmlNestingRepair().run(body);
    }

    private void run(Element body) {
        List<Element> all = new ArrayList<>(body.getAllElements());
        all.remove(0);
        for (Element element : all) {
            if (isBlock(element)) {
                mark(element.parent());
            }
        }
        Collections.reverse(all);
        for (Element element : all) {
            if (withBlock.contains(element) && !isBlock(element)) {
                push(element);
            }
        }
        for (Element element : all) {
            if (element.parent() != null && TEXT_ONLY.contains(element.normalName()) && hasBlock(element)) {
                lift(element);
            }
        }
        for (Element group : body.select("dl > div")) {
            Node unused = group.unwrap();
        }
        for (Element element : body.select("li, dt, dd, ul, ol, dl, figcaption, tr:empty, a a, a input")) {
            place(element);
        }
    }

    private void mark(@Nullable Element from) {
        for (Element at = from; at != null && !at.nameIs("body") && withBlock.add(at); at = at.parent()) {}
    }

    private static boolean hasBlock(Element element) {
        return element.childNodes().stream().anyMatch(HtmlNestingRepair::isBlock);
    }

    /** Splits a formatting element around the blocks in it, and formats the content of the blocks instead. */
    private void push(Element format) {
        Element run = null;
        for (Node child : new ArrayList<>(format.childNodes())) {
            if (isBlock(child)) {
                run = null;
                format.before(child);
                formatWithin((Element) child, format);
            } else if (run == null && ((child instanceof TextNode text && text.isBlank()) || added > MOST_ADDED)) {
                format.before(child);
            } else {
                if (run == null) {
                    run = copy(format);
                    format.before(run);
                }
                run.appendChild(child);
            }
        }
        format.remove();
    }

    private void formatWithin(Element block, Element format) {
        if (STRUCTURE.contains(block.normalName())) {
            new ArrayList<>(block.children()).forEach(child -> formatWithin(child, format));
        } else if (block.childNodeSize() > 0 && added <= MOST_ADDED) {
            Element inner = copy(format);
            inner.appendChildren(new ArrayList<>(block.childNodes()));
            block.appendChild(inner);
            if (hasBlock(inner)) {
                push(inner);
            }
        }
    }

    private Element copy(Element format) {
        added++;
        return format.shallowClone();
    }

    /** Moves the blocks out of a paragraph, heading or preformatted text, which may contain text only. */
    private void lift(Element outer) {
        Element run = null;
        for (Node child : new ArrayList<>(outer.childNodes())) {
            boolean blank = child instanceof TextNode text && text.isBlank();
            if (isBlock(child) || (run == null && (blank || added > MOST_ADDED))) {
                run = isBlock(child) ? null : run;
                outer.before(child);
            } else {
                if (run == null) {
                    run = copy(outer);
                    outer.before(run);
                }
                run.appendChild(child);
            }
        }
        outer.remove();
    }

    private void place(Element element) {
        Element parent = element.parent();
        if (parent == null) {
            return;
        }
        switch (element.normalName()) {
            case "li" -> wrapUnless(element, parent, "li", "ul", Set.of("ul", "ol"));
            case "dt", "dd" -> wrapUnless(element, parent, "dt, dd", "dl", Set.of("dl"));
            case "ul", "ol" -> items(element, "li", Set.of("li"));
            case "dl" -> {
                items(element, "dd", Set.of("dt", "dd"));
                terms(element);
            }
            case "figcaption" -> {
                if (!parent.normalName().equals("figure")) {
                    rename(element, "div");
                }
            }
            case "a" -> {
                Node unused = element.unwrap();
            }
            case "tr", "input" -> element.remove();
            default -> {
                // Another step has renamed the element.
            }
        }
    }

    /** Wraps an item outside a list, and the items after it, in a list. */
    private void wrapUnless(Element item, Element parent, String items, String list, Set<String> parents) {
        if (parents.contains(parent.normalName())) {
            return;
        }
        Set<String> names = new HashSet<>(List.of(items.split(", ")));
        Element wrapper = new Element(list);
        item.before(wrapper);
        Node next = item;
        while (next != null) {
            Node following = next.nextSibling();
            boolean isItem = next instanceof Element element && names.contains(element.normalName());
            if (!isItem && !(next instanceof TextNode text && text.isBlank())) {
                return;
            }
            wrapper.appendChild(next);
            next = following;
        }
    }

    /**
     * Converts an invalid description list to ordinary blocks. A valid list consists of groups: terms, then their
     * descriptions.
     */
    private static void terms(Element list) {
        StringBuilder names = new StringBuilder();
        list.children().forEach(child -> names.append(child.normalName().charAt(1)));
        if (!GROUPS.matcher(names).matches()) {
            list.children().forEach(child -> rename(child, "div"));
            rename(list, "div");
        }
    }

    private static void rename(Element element, String name) {
        element.tag(Tag.valueOf(name));
    }

    /** Moves content of a list that is not in an item into the previous item, or into a new one. */
    private static void items(Element list, String item, Set<String> allowed) {
        Element last = null;
        for (Node child : new ArrayList<>(list.childNodes())) {
            if (child instanceof Element element && allowed.contains(element.normalName())) {
                last = element;
            } else if (!(child instanceof TextNode text && text.isBlank())) {
                if (last == null) {
                    last = new Element(item);
                    child.before(last);
                }
                last.appendChild(child);
            }
        }
    }
}
