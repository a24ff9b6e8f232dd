package org.starpunk.site;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.Excerpt;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.Note;
import org.starpunk.note.NoteHtmlResolver;
import org.starpunk.note.Photo;
import org.starpunk.note.ServedImage;
import org.starpunk.note.Tag;

/**
 * Renders a note as an h-entry. The HTML of the text was rendered when the note was written. The HTML around it is
 * written without a template, because a list page contains twenty notes.
 */
final class HEntryRenderer {

    /** Length of the HTML, in characters, above which a list shows only the beginning of a text. */
    private static final int LONG = 3000;

    private static final int INITIAL_CAPACITY = 1000;
    private static final int LINE = 400;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Note note;
    private final ZoneId zone;
    private final StringBuilder out;

    private HEntryRenderer(Note note, ZoneId zone, StringBuilder out) {
        this.note = note;
        this.zone = zone;
        this.out = out;
    }

    /**
     * Appends a note of a list. Its heading links to its page.
     *
     * @param zone time zone of the displayed times
     */
    static void inList(Note note, ZoneId zone, StringBuilder out) {
        new HEntryRenderer(note, zone, out).write(null, "");
    }

    /**
     * Appends the only note of a page, with its author.
     *
     * @param badge state of the note for the author, for example {@code Draft}; empty for none
     */
    static void alone(Note note, Profile author, String badge, StringBuilder out) {
        new HEntryRenderer(note, author.zone(), out).write(author, badge);
    }

    private void write(@Nullable Profile author, String badge) {
        boolean titled = isTitled();
        out.append("<article class=\"h-entry\">\n");
        if (!badge.isEmpty()) {
            out.append("<p class=\"badge\">").append(badge).append("</p>\n");
        }
        if (titled) {
            title(author != null);
        } else if (author != null) {
            DateFormats.people(note.published(zone), out.append("<h1 class=\"hidden-text\">Note of "));
            out.append("</h1>\n");
        }
        DisplayedProperty.above(note.content()).forEach(this::about);
        String summary = DisplayedProperty.summary(note.content());
        if (summary != null) {
            HtmlEscaper.escape(summary, out.append("<p class=\"p-summary\" dir=\"auto\">"));
            out.append("</p>\n");
        }
        if (author == null && note.html().length() > LONG) {
            beginning();
        } else if (!note.html().isEmpty()) {
            out.append("<div class=\"e-content\" dir=\"auto\">")
                    .append(NoteHtmlResolver.onPage(note))
                    .append("</div>\n");
        }
        photos(note.content().photos());
        DisplayedProperty.below(note.content()).forEach(this::about);
        out.append("<footer>");
        if (author != null) {
            AuthorHCard.card(author, out);
            out.append(' ');
        }
        if (!titled) {
            times();
        }
        tags(note.content().tags());
        out.append("</footer>\n</article>\n");
    }

    private boolean isTitled() {
        String title = note.content().title();
        return title != null && !title.isBlank();
    }

    /** Appends the beginning of a long text, so that a list shows the next note without much scrolling. */
    private void beginning() {
        boolean summed = DisplayedProperty.summary(note.content()) != null;
        out.append(summed ? "<div dir=\"auto\">" : "<div class=\"p-summary\" dir=\"auto\">")
                .append(Excerpt.firstBlocks(note.html(), INITIAL_CAPACITY, LONG)
                        .map(part -> NoteHtmlResolver.partOnPage(note, part))
                        .orElseGet(() -> "<p>" + HtmlEscaper.escape(Excerpt.of(note.html(), LINE)) + "</p>"))
                .append("</div>\n<p class=\"more\"><a href=\"")
                .append(note.path())
                .append("\">Read on");
        if (isTitled()) {
            HtmlEscaper.escape(": " + note.content().title(), out.append("<span class=\"hidden-text\">"));
            out.append("</span>");
        }
        out.append("</a></p>\n");
    }

    private void title(boolean alone) {
        String title = String.valueOf(note.content().title());
        if (alone) {
            out.append("<h1 class=\"p-name\" dir=\"auto\">");
            HtmlEscaper.escape(title, out);
            out.append("</h1>\n");
        } else {
            out.append("<h2 class=\"p-name\" dir=\"auto\"><a href=\"")
                    .append(note.path())
                    .append("\">");
            HtmlEscaper.escape(title, out);
            out.append("</a></h2>\n");
        }
        out.append("<p class=\"byline\">");
        times();
        out.append("</p>\n");
    }

    /**
     * Appends one property. A plain value is a link or a text. An object is an element that contains its own
     * properties.
     */
    private void about(DisplayedProperty line) {
        out.append("<p class=\"about\">").append(line.words()).append(' ');
        String url = line.url();
        if (line.property().equals("p-rsvp")) {
            HtmlEscaper.escape(line.name(), out.append("<data class=\"p-rsvp\" value=\""));
            HtmlEscaper.escape(line.name(), out.append("\">"));
            out.append("</data>");
        } else if (line.details().isEmpty()) {
            about(line, line.property() + (line.type().isEmpty() ? "" : ' ' + line.type()), url);
        } else {
            out.append("<span class=\"")
                    .append(line.property())
                    .append(' ')
                    .append(line.type())
                    .append("\" dir=\"auto\">");
            if (!line.name().isEmpty()) {
                about(line, url == null ? "p-name" : "p-name u-url", url);
            }
            details(line);
            out.append("</span>");
        }
        out.append("</p>\n");
    }

    private void about(DisplayedProperty line, String classes, @Nullable String url) {
        String element = url == null ? "span" : "a";
        out.append('<').append(element).append(" class=\"").append(classes).append("\" dir=\"auto\"");
        if (url != null) {
            HtmlEscaper.escape(url, out.append(" href=\""));
            out.append('"');
            out.append(line.property().equals("u-syndication") ? " rel=\"syndication\"" : "");
        }
        HtmlEscaper.escape(line.name(), out.append('>'));
        out.append("</").append(element).append('>');
    }

    private void details(DisplayedProperty line) {
        String separator = line.name().isEmpty() ? "" : ", ";
        for (String part : DisplayedProperty.PARTS) {
            String value = line.details().get(part);
            if (value != null) {
                out.append(part.equals("p-author") ? " by " : separator)
                        .append("<span class=\"")
                        .append(part)
                        .append("\">");
                HtmlEscaper.escape(value, out);
                out.append("</span>");
                separator = ", ";
            }
        }
    }

    private void photos(List<Photo> photos) {
        if (photos.isEmpty()) {
            return;
        }
        out.append("<div class=\"photos\">");
        for (Photo photo : photos) {
            // Browsers may block a picture with an http URL on an https page. The link still leads to the picture.
            boolean linked = photo.url().regionMatches(true, 0, "http:", 0, 5);
            if (linked) {
                HtmlEscaper.escape(asciiOnly(photo.url()), out.append("<a href=\""));
                out.append("\">");
            }
            out.append("<img class=\"u-photo\" src=\"");
            HtmlEscaper.escape(asciiOnly(photo.url()), out);
            out.append("\" alt=\"");
            HtmlEscaper.escape(
                    linked && photo.alt().isBlank()
                            ? "Photo at " + DisplayedProperty.shortened(photo.url())
                            : photo.alt(),
                    out);
            ServedImage.of(photo.url()).ifPresent(picture -> size(picture, photos.size()));
            out.append("\" loading=\"lazy\">").append(linked ? "</a>" : "");
        }
        out.append("</div>\n");
    }

    /**
     * Appends the size of a picture, so that the page does not shift when it loads, and the narrower copies for small
     * screens.
     */
    private void size(ServedImage picture, int together) {
        out.append("\" width=\"").append(picture.width());
        out.append("\" height=\"").append(picture.height());
        String copies = picture.srcset();
        if (!copies.isEmpty()) {
            out.append("\" srcset=\"").append(copies);
            out.append("\" sizes=\"")
                    .append(together > 1 ? "(min-width: 44rem) 20rem, 46vw" : "(min-width: 44rem) 40rem, 92vw");
        }
    }

    /** Returns a URL whose non-ASCII characters are percent-encoded. */
    static String asciiOnly(String url) {
        try {
            return new URI(url).toASCIIString();
        } catch (URISyntaxException e) {
            return escaped(url);
        }
    }

    /**
     * Percent-encodes the characters that are not allowed in a URL (URL Standard, section 1.3). Existing escapes stay.
     */
    private static String escaped(String url) {
        StringBuilder ascii = new StringBuilder(url.length() + 16);
        for (byte octet : url.getBytes(StandardCharsets.UTF_8)) {
            if (octet <= ' ' || octet == 0x7f || "\"<>\\^`{|}".indexOf(octet) >= 0) {
                ascii.append('%').append(HEX.toHexDigits(octet));
            } else {
                ascii.append((char) octet);
            }
        }
        return ascii.toString();
    }

    private void times() {
        out.append("<a class=\"u-url\" href=\"").append(note.path()).append("\">");
        time("dt-published", note.published(zone));
        out.append("</a>");
        OffsetDateTime updated = note.updated(zone);
        if (updated != null) {
            out.append(" <span class=\"edited\">edited ");
            time("dt-updated", updated);
            out.append("</span>");
        }
    }

    private void time(String property, OffsetDateTime time) {
        out.append("<time class=\"").append(property).append("\" datetime=\"");
        DateFormats.iso(time, out);
        out.append("\">");
        DateFormats.people(time, out);
        out.append("</time>");
    }

    private void tags(List<Tag> tags) {
        if (tags.isEmpty()) {
            return;
        }
        // The page of a tag lists public notes only, so a tag without public notes has no page.
        boolean linked = note.listed();
        out.append("\n<ul class=\"tags\" aria-label=\"Tags\">");
        for (Tag tag : tags) {
            if (linked) {
                out.append("<li><a class=\"p-category\" rel=\"tag\" dir=\"auto\" href=\"")
                        .append(tag.path())
                        .append("\">");
            } else {
                out.append("<li><span class=\"p-category\" dir=\"auto\">");
            }
            HtmlEscaper.escape(tag.name(), out);
            out.append(linked ? "</a></li>" : "</span></li>");
        }
        out.append("</ul>");
    }
}
