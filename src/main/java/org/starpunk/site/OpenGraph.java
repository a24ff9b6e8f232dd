package org.starpunk.site;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.Note;
import org.starpunk.note.NoteHtmlResolver;
import org.starpunk.note.Photo;
import org.starpunk.note.ServedImage;

/**
 * Preview of a page for links on other sites and in messengers (Open Graph protocol, ogp.me).
 *
 * @param path path of the page
 * @param picture absolute URL of the picture; null for none
 * @param alt description of the picture; may be empty
 * @param note note of the page; null for another page
 */
record OpenGraph(
        String path,
        @Nullable String picture,
        String alt,
        @Nullable Note note) {

    /** Returns the preview of a page that is not a note, with the picture of the author. */
    static OpenGraph ofSite(Profile profile, String path) {
        String photo = profile.photo();
        return new OpenGraph(
                path,
                photo.isEmpty() ? null : absolute(profile, photo),
                photo.isEmpty() ? "" : profile.authorName(),
                null);
    }

    /** Returns the preview of a note, with its first photo or else the first picture in its text. */
    static OpenGraph of(Note note, Profile profile) {
        List<Photo> photos = note.content().photos();
        if (photos.isEmpty()) {
            String inText = NoteHtmlResolver.firstPicture(note, profile.absolute(note.path()));
            return new OpenGraph(note.path(), inText, "", note);
        }
        Photo first = photos.get(0);
        return new OpenGraph(note.path(), absolute(profile, first.url()), first.alt(), note);
    }

    private static @Nullable String absolute(Profile profile, String url) {
        String ascii = HEntryRenderer.asciiOnly(url.startsWith("/") ? profile.absolute(url) : url);
        return DisplayedProperty.isWeb(ascii) ? ascii : null;
    }

    /**
     * Appends the {@code meta} elements.
     *
     * @param title title of the page without the name of the site
     * @param description one sentence about the page; may be empty
     */
    void write(Profile profile, String title, String description, StringBuilder head) {
        property("og:type", note == null ? "website" : "article", head);
        property("og:site_name", profile.siteName(), head);
        property("og:title", title, head);
        property("og:description", description, head);
        property("og:url", profile.absolute(path), head);
        if (picture != null) {
            property("og:image", picture, head);
            size(profile, picture, head);
            property("og:image:alt", alt, head);
        }
        if (note != null) {
            StringBuilder time = new StringBuilder();
            DateFormats.iso(note.published(), time);
            property("article:published_time", time.toString(), head);
            if (note.updated() != null) {
                time.setLength(0);
                DateFormats.iso(note.updated(), time);
                property("article:modified_time", time.toString(), head);
            }
            property("article:author", profile.me(), head);
            note.content().tags().forEach(tag -> property("article:tag", tag.name(), head));
        }
    }

    private static void size(Profile profile, String url, StringBuilder head) {
        String own = profile.absolute("/");
        if (url.startsWith(own)) {
            ServedImage.of(url.substring(own.length() - 1)).ifPresent(sized -> {
                property("og:image:width", Integer.toString(sized.width()), head);
                property("og:image:height", Integer.toString(sized.height()), head);
            });
        }
    }

    private static void property(String name, String value, StringBuilder head) {
        if (!value.isBlank()) {
            head.append("<meta property=\"").append(name).append("\" content=\"");
            HtmlEscaper.escape(value, head);
            head.append("\">\n");
        }
    }
}
