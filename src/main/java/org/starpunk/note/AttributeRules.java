package org.starpunk.note;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/** Validates attributes that are allowed only with certain values. Removes invalid ones. */
final class AttributeRules {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");
    private static final Pattern FOOTNOTE = Pattern.compile("fn(?:ref)?-[^\\s\"<>&]{1,100}");
    private static final Pattern BACK = Pattern.compile("Back to reference [0-9-]{1,20}");

    /** Classes that the extensions of commonmark produce, by element. */
    private static final Map<String, Set<String>> CLASSES = Map.of(
            "a", Set.of("footnote-backref"),
            "section", Set.of("footnotes"),
            "sup", Set.of("footnote-ref"),
            "td", Set.of("align-left", "align-center", "align-right"),
            "th", Set.of("align-left", "align-center", "align-right"));

    private AttributeRules() {}

    static void check(Element body) {
        for (Element cell : body.select("[align]")) {
            String align = MarkdownRenderer.ALIGN + cell.attr("align").toLowerCase(Locale.ROOT);
            cell.removeAttr("align").attr("class", align);
        }
        for (Element element : body.select("[class]")) {
            if (!CLASSES.getOrDefault(element.normalName(), Set.of()).contains(element.attr("class"))) {
                element.removeAttr("class");
            }
        }
        for (Element label : body.select("[aria-label]")) {
            if (!label.hasClass("footnote-backref")
                    || !BACK.matcher(label.attr("aria-label")).matches()) {
                label.removeAttr("aria-label");
            }
        }
        ids(body);
        numbers(body);
        checkboxes(body);
    }

    private static void ids(Element body) {
        Set<String> ids = new HashSet<>();
        for (Element element : body.select("[id]")) {
            String id = element.attr("id");
            if (!FOOTNOTE.matcher(id).matches() || !ids.add(id)) {
                element.removeAttr("id");
            }
        }
    }

    private static void numbers(Element body) {
        number(body, "ol", "start", -999_999_999, 999_999_999);
        number(body, "li", "value", -999_999_999, 999_999_999);
        number(body, "td, th", "colspan", 1, 100);
        number(body, "td, th", "rowspan", 1, 1_000);
        for (Element list : body.select("ol[reversed]")) {
            list.attr("reversed", true);
        }
    }

    private static void number(Element body, String elements, String attribute, int min, int max) {
        for (Element element : body.select(elements)) {
            if (element.hasAttr(attribute)) {
                String value = element.attr(attribute).strip();
                boolean isNumber = NUMBER.matcher(value).matches();
                int number = isNumber ? Integer.parseInt(value) : 0;
                if (isNumber && number >= min && number <= max) {
                    element.attr(attribute, Integer.toString(number));
                } else {
                    element.removeAttr(attribute);
                }
            }
        }
    }

    /**
     * Disables the check boxes of task lists. In a loose list, commonmark places a box before the paragraph of its
     * item; it is moved into the paragraph.
     */
    private static void checkboxes(Element body) {
        for (Element box : body.select("input")) {
            if (!box.attr("type").equalsIgnoreCase("checkbox")) {
                box.remove();
                continue;
            }
            box.attr("type", "checkbox").attr("disabled", true);
            box.attr("aria-label", box.hasAttr("checked") ? "Completed task" : "Incomplete task");
            if (box.hasAttr("checked")) {
                box.attr("checked", true);
            }
            if (paragraph(box) instanceof Element paragraph) {
                paragraph.prependText(" ").prependChild(box);
            }
        }
    }

    /** Returns the paragraph after an element if only white space is between them; otherwise null. */
    private static @Nullable Node paragraph(Element element) {
        Node next = element.nextSibling();
        while (next instanceof TextNode text && text.isBlank()) {
            next = next.nextSibling();
        }
        return next != null && next.nameIs("p") ? next : null;
    }
}
