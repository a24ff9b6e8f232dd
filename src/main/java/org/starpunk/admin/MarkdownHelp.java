package org.starpunk.admin;

import java.util.List;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.Note;
import org.starpunk.note.NoteHtmlResolver;

/** Examples of the Markdown syntax, for the composer's help. */
final class MarkdownHelp {

    /** Examples with their rendered HTML. */
    static final List<HelpRow> ROWS = List.of(
            row("emphasis", "*emphasis*, **strong**, ~~struck out~~, `code`"),
            row("link", "[a link](https://example.org/)"),
            row("address", "https://example.org/a_b"),
            row("picture", "![description](/static/icon.svg)"),
            row("heading", "## A heading"),
            row("list", "- a list\n- with\n  1. numbers\n  2. in it"),
            row("tasks", "- [x] done\n- [ ] to do"),
            row("quote", "> A quotation"),
            row("block", "```\na block of code\n```"),
            row("table", "| Plant | Height |\n|:------|-------:|\n| Tulip |  40 cm |"),
            row("footnote", "A word.[^1]\n\n[^1]: And more about it."),
            row("break", "A line ends\\\nwith a backslash."),
            row("rule", "---"));

    private MarkdownHelp() {}

    /**
     * An example.
     *
     * @param syntax Markdown source
     * @param html rendered HTML
     */
    record HelpRow(String syntax, String html) {}

    private static HelpRow row(String name, String syntax) {
        String html = MarkdownRenderer.render(syntax, Note.Format.MARKDOWN);
        return new HelpRow(syntax, NoteHtmlResolver.ofText(html, "help-" + name + "-"));
    }
}
