package org.starpunk.site;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.Tag;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.RenderedPage;

/**
 * Page that lists notes, as an h-feed.
 *
 * @param path path of the first page of the list
 * @param title title of the page; empty if the title is the site's name
 * @param heading HTML above the notes
 * @param tag tag of the list; null for none
 * @param after cursor of the last note on the previous page; null for the first page
 * @param notes notes of the page
 */
record NoteListView(
        String path,
        String title,
        String heading,
        @Nullable Tag tag,
        @Nullable Cursor after,
        NoteSlice notes) {

    /** Returns the path, with query, of the page that follows a note. */
    static String address(String path, @Nullable Cursor after) {
        return after == null ? path : path + "?after=" + after;
    }

    /** Renders the page, with a Link header that also contains the next page. */
    RenderedPage render(Layout layout) {
        RequestTiming request = RequestTiming.current();
        long start = request == null ? 0 : System.nanoTime();
        StringBuilder main = main(layout.zone());
        if (request != null) {
            request.addRender(System.nanoTime() - start);
        }
        Layout.Builder page = layout.page(after == null || title.isEmpty() ? title : title + ", older", main);
        if (tag != null) {
            page.feedsOf(tag);
        }
        RenderedPage rendered =
                page.at(address(path, after)).mainClass("h-feed").render();
        return notes.next() == null
                ? rendered
                : rendered.withLink(rendered.link() + ", <" + address(path, notes.next()) + ">; rel=\"next\"");
    }

    private StringBuilder main(ZoneId zone) {
        int size = heading.length() + 200;
        for (Note note : notes.notes()) {
            size += note.html().length() + 700;
        }
        StringBuilder main = new StringBuilder(size).append(heading);
        for (Note note : notes.notes()) {
            HEntryRenderer.inList(note, zone, main);
        }
        if (notes.notes().isEmpty()) {
            main.append("<p class=\"empty\">Nothing is published here yet.</p>\n");
        }
        pager(main);
        return main;
    }

    private void pager(StringBuilder main) {
        if (after == null && notes.next() == null) {
            return;
        }
        main.append("<nav class=\"pager\" aria-label=\"Pages\">");
        if (after != null) {
            main.append("<a href=\"").append(path).append("\">&larr; Newest</a> ");
        }
        if (notes.next() != null) {
            main.append("<a rel=\"next\" href=\"")
                    .append(address(path, notes.next()))
                    .append("\">Older &rarr;</a>");
        }
        main.append("</nav>\n");
    }
}
