package org.starpunk.micropub;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNames;

/** A note as a Micropub client sees it, and back. Properties that a note does not have are passed over. */
final class NoteProperties {

    private final Profile profile;

    NoteProperties(Profile profile) {
        this.profile = profile;
    }

    /** The note's properties; a client that sends them back changes nothing. */
    Properties of(Note note) {
        Note.Content content = note.content();
        Properties properties = Properties.empty();
        properties.put("name", content.title());
        if (!content.text().isEmpty()) {
            boolean html = content.format() == Note.Format.HTML;
            properties.add("content", html ? Map.of("html", content.text()) : content.text());
        }
        content.tags().stream()
                .map(Tag::name)
                .sorted(Comparator.comparing((String name) -> name.toLowerCase(Locale.ROOT))
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(name -> properties.add("category", name));
        content.photos().forEach(photo -> properties.add("photo", photo(photo)));
        properties.put("in-reply-to", content.inReplyTo());
        properties.put("like-of", content.likeOf());
        properties.put("repost-of", content.repostOf());
        properties.add("published", time(note.published()));
        OffsetDateTime updated = note.updated();
        properties.put("updated", updated == null ? null : time(updated));
        properties.add("post-status", lower(content.status()));
        properties.add("visibility", lower(content.visibility()));
        properties.add("url", profile.absolute(note.path()));
        return properties;
    }

    private Object photo(Photo photo) {
        String url = photo.url().startsWith("/") ? profile.absolute(photo.url()) : photo.url();
        return photo.alt().isEmpty() ? url : Map.of("value", url, "alt", photo.alt());
    }

    private static String time(OffsetDateTime time) {
        return time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    /**
     * What a post's properties say of a note.
     *
     * @param format how a text that is given as a plain string is read
     */
    Note.Content content(Properties post, Note.Format format) {
        Object content = post.all("content").stream().findFirst().orElse("");
        return new Note.Content(
                post.text("name"),
                text(content),
                format(content, format),
                tags(post),
                photos(post),
                choice(Note.Status.class, "post-status", post, Note.Status.PUBLISHED),
                choice(Note.Visibility.class, "visibility", post, Note.Visibility.PUBLIC),
                post.text("in-reply-to"),
                post.text("like-of"),
                post.text("repost-of"));
    }

    /** When the post says that it was published; null when it does not say. */
    @Nullable
    OffsetDateTime published(Properties post) {
        String time = post.text("published");
        return time == null ? null : PublishedTime.parse(time);
    }

    private static String text(Object content) {
        if (content instanceof Map<?, ?> object) {
            for (String form : List.of("html", "markdown", "value")) {
                String text = Properties.text(object.get(form));
                if (text != null) {
                    return text;
                }
            }
            throw MicropubException.invalid("The content has neither html nor markdown nor value.");
        }
        String text = Properties.text(content);
        return text == null ? "" : text;
    }

    private static Note.Format format(Object content, Note.Format plain) {
        if (content instanceof Map<?, ?> object) {
            if (Properties.text(object.get("html")) != null) {
                return Note.Format.HTML;
            }
            return Properties.text(object.get("markdown")) != null ? Note.Format.MARKDOWN : Note.Format.TEXT;
        }
        return plain;
    }

    private static List<Tag> tags(Properties post) {
        return TagNames.tags(post.all("category").stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList());
    }

    private List<Photo> photos(Properties post) {
        List<String> alts = post.texts("mp-photo-alt");
        List<Photo> photos = new ArrayList<>();
        for (Object value : post.all("photo")) {
            String url = Properties.text(value);
            if (url != null && !url.isBlank()) {
                String alt = value instanceof Map<?, ?> object ? Properties.text(object.get("alt")) : null;
                photos.add(new Photo(own(url.strip()), alt != null ? alt : at(alts, photos.size())));
            }
        }
        return photos;
    }

    /** The description of the n-th photo, empty when there is none. */
    static String at(List<String> alts, int index) {
        return index < alts.size() ? alts.get(index) : "";
    }

    /** A path of this site stays one, whatever the site is called later. */
    private String own(String url) {
        return url.startsWith(profile.siteUrl() + "/media/")
                ? url.substring(profile.siteUrl().length())
                : url;
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String name, Properties post, E otherwise) {
        String wish = post.text(name);
        if (wish == null) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (lower(value).equals(wish)) {
                return value;
            }
        }
        throw MicropubException.invalid("The " + name + " is not one of this site's.");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
