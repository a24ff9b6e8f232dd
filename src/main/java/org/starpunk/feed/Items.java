package org.starpunk.feed;

import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.Excerpt;
import org.starpunk.note.Html;
import org.starpunk.note.Links;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Picture;

/** What all kinds of feed say of a note in the same way. */
final class Items {

    private static final int TITLE_LENGTH = 80;

    private Items() {}

    /** What a note is known by, whatever becomes of its slug: a tag URI (RFC 4151). */
    static String id(Profile profile, Note note) {
        String host = URI.create(profile.siteUrl()).getHost();
        return "tag:" + (host == null ? "localhost" : host) + ",2026:note:" + note.id();
    }

    /** Its title; null when it has none. */
    static @Nullable String title(Note note) {
        String title = note.content().title();
        return title == null || title.isBlank() ? null : title;
    }

    /** Its title, or its first words, where there must be one. */
    static String someTitle(Note note) {
        String title = title(note);
        if (title != null) {
            return title;
        }
        String words = Excerpt.of(note.html(), TITLE_LENGTH);
        return words.isEmpty() ? note.slug() : words;
    }

    static OffsetDateTime updated(Note note) {
        OffsetDateTime updated = note.updated();
        return updated == null ? note.published() : updated;
    }

    /** When the newest change of notes was; the epoch when there are none, so that an empty feed stays the same. */
    static OffsetDateTime updated(List<Note> notes) {
        OffsetDateTime newest = OffsetDateTime.parse("1970-01-01T00:00:00Z");
        for (Note note : notes) {
            newest = updated(note).isAfter(newest) ? updated(note) : newest;
        }
        return newest;
    }

    /** The text as it is to be read away from the site: links absolute, what it answers above it, photos below. */
    static String html(Profile profile, Note note) {
        StringBuilder html = new StringBuilder(note.html().length() + 200);
        about("In reply to", note.content().inReplyTo(), html);
        about("Likes", note.content().likeOf(), html);
        about("Reposts", note.content().repostOf(), html);
        html.append(Links.absolute(note.html(), profile.absolute(note.path())));
        for (Photo photo : note.content().photos()) {
            html.append("<p><img src=\"");
            Html.escape(url(profile, photo), html);
            html.append("\" alt=\"");
            Html.escape(photo.alt(), html);
            Picture.of(photo.url())
                    .ifPresent(picture -> html.append("\" width=\"")
                            .append(picture.width())
                            .append("\" height=\"")
                            .append(picture.height()));
            html.append("\"></p>");
        }
        return html.toString();
    }

    private static void about(String words, @Nullable String url, StringBuilder html) {
        if (url != null) {
            String address = Html.escape(url);
            html.append("<p>")
                    .append(words)
                    .append(" <a href=\"")
                    .append(address)
                    .append("\">");
            html.append(address).append("</a></p>");
        }
    }

    static String url(Profile profile, Photo photo) {
        return photo.url().startsWith("/") ? profile.absolute(photo.url()) : photo.url();
    }

    /** A photo's type by its name; null when the name does not tell. */
    static @Nullable String type(Photo photo) {
        String path = photo.url().replaceFirst("[?#].*$", "").toLowerCase(Locale.ROOT);
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "jpg", "jpeg" -> "image/jpeg";
            case "png" -> "image/png";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "avif" -> "image/avif";
            default -> null;
        };
    }
}
