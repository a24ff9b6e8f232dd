package org.starpunk.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Formats paragraphs like WordPress does for texts of its classic editor: an empty line ends a paragraph, and a single
 * line break becomes {@code <br>}. HTML blocks and lines inside {@code pre} are unchanged.
 */
final class WordPressParagraphFormatter {

    private static final String BLOCKS =
            "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form"
                    + "|area|blockquote|address|p|h[1-6]|hr|fieldset|section|article|aside|header|footer|nav|figure|figcaption|details|summary";
    private static final Pattern BLOCK_TAG = Pattern.compile("(?i)<(/?)(" + BLOCKS + ")(?:\\s[^>]*)?/?>");
    private static final Pattern VERBATIM =
            Pattern.compile("(?is)<(pre|script|style|textarea|svg)\\b.*?</\\1\\s*>|<!--.*?-->");
    private static final Pattern EMPTY_LINES = Pattern.compile("\\n[ \\t]*\\n\\s*");
    private static final Pattern LEADING = Pattern.compile(
            "\\A(?:\\s*" + BLOCK_TAG.pattern().replace("(?i)", "").replace("(/?)", "/?") + ")++\\s*+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BREAK = Pattern.compile("(?i)[ \\t]*(<br\\s*/?>)?[ \\t]*\\n");

    /** Blocks that can contain several paragraphs. */
    private static final Set<String> HOLDERS =
            Set.of("div", "blockquote", "section", "article", "aside", "li", "dd", "td", "details");

    private final List<String> verbatim = new ArrayList<>();

    private WordPressParagraphFormatter() {}

    static String format(String text) {
        return text.isBlank() ? "" : new WordPressParagraphFormatter().html(text);
    }

    private String html(String text) {
        String taken = VERBATIM.matcher(text.replace("\u0001", "")).replaceAll(found -> {
            verbatim.add(found.group());
            boolean comment = found.group().startsWith("<!--");
            String mark = "\u0001" + (verbatim.size() - 1) + "\u0001";
            return comment ? mark : "\n\n<pre>" + mark + "</pre>\n\n";
        });
        String parted = BLOCK_TAG.matcher(taken).replaceAll(tag -> {
            boolean end = !tag.group(1).isEmpty() || tag.group(2).equalsIgnoreCase("hr");
            String quoted = Matcher.quoteReplacement(tag.group());
            return end ? (tag.group(1).isEmpty() ? "\n\n" : "") + quoted + "\n\n" : "\n\n" + quoted;
        });
        StringBuilder html = new StringBuilder();
        for (String chunk : EMPTY_LINES.split(parted.strip())) {
            chunk(chunk.strip(), html);
        }
        return restored(html.toString());
    }

    private static void chunk(String chunk, StringBuilder html) {
        if (chunk.isEmpty()) {
            return;
        }
        Matcher leading = LEADING.matcher(chunk);
        int begin = leading.find() ? leading.end() : 0;
        int end = trailing(chunk, begin);
        String before = chunk.substring(0, begin).strip();
        String core = chunk.substring(begin, end).strip();
        String after = chunk.substring(end).strip();
        html.append(before);
        if (!core.isEmpty()) {
            String lines = BREAK.matcher(core).replaceAll("<br>\n");
            boolean onlyMarks = core.matches("(?:\u0001\\d+\u0001\\s*)+");
            html.append(!onlyMarks && isParagraph(before, after) ? "<p>" + lines + "</p>" : lines);
        }
        html.append(after).append('\n');
    }

    private static int trailing(String chunk, int from) {
        int end = chunk.length();
        while (true) {
            int open = chunk.lastIndexOf("</", end - 1);
            if (open < from
                    || !BLOCK_TAG.matcher(chunk.substring(open, end).strip()).matches()) {
                return end;
            }
            end = open;
        }
    }

    private static boolean isParagraph(String before, String after) {
        if (before.isEmpty() && after.isEmpty()) {
            return true;
        }
        String open = innermost(before);
        String close = innermost(after);
        if (open.equals("blockquote")) {
            return true;
        }
        boolean whole = !before.isEmpty() && !after.isEmpty();
        return !whole && (HOLDERS.contains(open) || HOLDERS.contains(close) || open.startsWith("/"));
    }

    /** Returns the tag nearest to the text: the last one before it, or the first one after it. */
    private static String innermost(String tags) {
        Matcher tag = BLOCK_TAG.matcher(tags);
        String found = "";
        while (tag.find()) {
            found = tag.group(1) + tag.group(2).toLowerCase(Locale.ROOT);
            if (tags.startsWith("</")) {
                return found.substring(1);
            }
        }
        return found;
    }

    private String restored(String html) {
        StringBuilder restored = new StringBuilder();
        Matcher mark =
                Pattern.compile("(?:<pre>)?\u0001(\\d+)\u0001(?:</pre>)?").matcher(html);
        while (mark.find()) {
            mark.appendReplacement(restored, Matcher.quoteReplacement(verbatim.get(Integer.parseInt(mark.group(1)))));
        }
        return mark.appendTail(restored).toString();
    }
}
