package org.starpunk.feed;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SiteIdentity;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.Note;
import org.starpunk.note.NoteHtmlResolver;
import org.starpunk.note.NoteLabel;
import org.starpunk.note.Photo;
import org.starpunk.note.ServedImage;
import org.starpunk.note.Tag;

/** Fields of a feed item that are the same in all formats. */
final class FeedItemFields {

    private static final int TITLE_LENGTH = 80;

    private FeedItemFields() {}

    /** Returns the id of the site's feed, or of a tag's feed. */
    static String feedId(SiteIdentity site, @Nullable Tag tag) {
        if (tag == null) {
            return site.uid();
        }
        if (site.uid().endsWith("/")) {
            return site.uid() + tag.path().substring(1); // id as before ids were stored
        }
        byte[] name = (site.uid() + tag.path()).getBytes(StandardCharsets.UTF_8);
        return "urn:uuid:" + UUID.nameUUIDFromBytes(name);
    }

    /** Returns the title of a note; null for none. */
    static @Nullable String title(Note note) {
        String title = note.content().title();
        return title == null || title.isBlank() ? null : title;
    }

    /** Returns the title of a note, or else its first words or its slug, for formats that require a title. */
    static String someTitle(Note note) {
        String title = title(note);
        if (title != null) {
            return title;
        }
        String words = NoteLabel.ofUntitled(note, TITLE_LENGTH);
        return words.isEmpty() ? note.slug() : words;
    }

    static OffsetDateTime updated(Profile profile, Note note) {
        OffsetDateTime updated = note.updated(profile.zone());
        return updated == null ? note.published(profile.zone()) : updated;
    }

    /** Returns the time of the newest change of the notes; the time of the site's creation if there are no notes. */
    static OffsetDateTime updated(Profile profile, List<Note> notes, SiteIdentity site) {
        return notes.stream()
                .map(note -> updated(profile, note))
                .max(OffsetDateTime.timeLineOrder())
                .orElseGet(() -> site.created().atZone(profile.zone()).toOffsetDateTime());
    }

    /**
     * Returns the HTML for feed readers, with absolute URLs. It contains the properties and the photos, because the
     * reader may show no other field.
     */
    static String html(Profile profile, Note note) {
        StringBuilder html = new StringBuilder(note.html().length() + 200);
        DisplayedProperty.above(note.content()).forEach(line -> about(line, html));
        String summary = DisplayedProperty.summary(note.content());
        if (summary != null) {
            HtmlEscaper.escape(summary, html.append("<p>"));
            html.append("</p>");
        }
        html.append(NoteHtmlResolver.inFeed(note, profile.absolute(note.path())));
        for (Photo photo : note.content().photos()) {
            html.append("<p><img src=\"");
            HtmlEscaper.escape(Enclosure.absolute(profile, photo.url()), html);
            html.append("\" alt=\"");
            HtmlEscaper.escape(photo.alt(), html);
            ServedImage.of(photo.url())
                    .ifPresent(picture -> html.append("\" width=\"")
                            .append(picture.width())
                            .append("\" height=\"")
                            .append(picture.height()));
            html.append("\"></p>");
        }
        DisplayedProperty.below(note.content()).forEach(line -> about(line, html));
        return html.toString();
    }

    private static void about(DisplayedProperty line, StringBuilder html) {
        html.append("<p>").append(line.words()).append(' ');
        String url = line.url();
        if (url == null) {
            HtmlEscaper.escape(line.shown(), html);
        } else {
            HtmlEscaper.escape(url, html.append("<a href=\""));
            HtmlEscaper.escape(line.name().isEmpty() ? url : line.name(), html.append("\">"));
            html.append("</a>");
            HtmlEscaper.escape(line.more(), html);
        }
        html.append("</p>");
    }
}
