package org.starpunk.micropub;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

/**
 * Maps a note to Micropub properties and back. Properties without a field in a note are stored as {@link
 * ExtraProperties}.
 */
final class NoteMicroformatMapper {

    /** Single-valued properties of a post. */
    private static final List<String> SINGLE = List.of("name", "content", "published", "post-status", "visibility");

    /** Names that are not extra properties: those with a field in a note, and form parameters. */
    private static final Set<String> MAPPED_PROPERTIES =
            Set.of("name", "content", "photo", "published", "updated", "post-status", "visibility", "access_token");

    private static final List<String> REFERENCES = List.of("in-reply-to", "like-of", "repost-of");

    private final Profile profile;

    NoteMicroformatMapper(Profile profile) {
        this.profile = profile;
    }

    /** Returns the properties of a note. A client that sends them back does not change the note. */
    MicroformatProperties of(Note note) {
        Note.Content content = note.content();
        MicroformatProperties properties = MicroformatProperties.empty();
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
        references("in-reply-to", content.inReplyTo(), content.extra(), properties);
        references("like-of", content.likeOf(), content.extra(), properties);
        references("repost-of", content.repostOf(), content.extra(), properties);
        properties.add("published", time(note.published()));
        OffsetDateTime updated = note.updated();
        properties.put("updated", updated == null ? null : time(updated));
        properties.add("post-status", lower(content.status()));
        properties.add("visibility", lower(content.visibility()));
        properties.add("url", profile.absolute(note.path()));
        content.extra().values().forEach((name, values) -> {
            if (!REFERENCES.contains(name)) {
                values.forEach(value -> properties.add(name, value));
            }
        });
        return properties;
    }

    /** Adds the values as the client sent them, and the note's own URL if it has changed since. */
    private static void references(
            String name, @Nullable String own, ExtraProperties extra, MicroformatProperties properties) {
        List<Object> sent = extra.all(name);
        if (own != null && sent.stream().noneMatch(value -> own.equals(MicroformatProperties.text(value)))) {
            properties.add(name, own);
        }
        sent.forEach(value -> properties.add(name, value));
    }

    private Object photo(Photo photo) {
        String url = photo.url().startsWith("/") ? profile.absolute(photo.url()) : photo.url();
        return photo.alt().isEmpty() ? url : Map.of("value", url, "alt", photo.alt());
    }

    private static String time(OffsetDateTime time) {
        return time.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    /**
     * Maps properties to the content of a note.
     *
     * @param format format of a text that is a plain string
     * @throws MicropubException with status 400 if a property is invalid
     */
    Note.Content content(MicroformatProperties post, Note.Format format) {
        for (String name : SINGLE) {
            if (post.all(name).stream().distinct().count() > 1) {
                throw MicropubException.invalid(
                        "A post has one " + name + ". To change it, use the operation replace.");
            }
        }
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
                post.text("repost-of"),
                extra(post));
    }

    private ExtraProperties extra(MicroformatProperties post) {
        Map<String, List<Object>> extra = new LinkedHashMap<>();
        post.values().forEach((name, values) -> {
            if (!MAPPED_PROPERTIES.contains(name) && !name.startsWith("mp-")) {
                List<Object> left = values.stream()
                        .filter(value -> !(value instanceof String text && text.isBlank()))
                        .filter(value -> isExtra(name, value))
                        .toList();
                boolean plain = REFERENCES.contains(name) && left.size() == 1 && left.get(0) instanceof String;
                if (!plain) {
                    extra.put(name, left);
                }
            }
        });
        return new ExtraProperties(extra);
    }

    private boolean isExtra(String name, Object value) {
        return switch (name) {
            case "category" -> value instanceof Map;
            case "url" ->
                SiteUrlParser.path(String.valueOf(value), profile.siteUrl()).isEmpty();
            default -> true;
        };
    }

    /** Returns the time of publication in the properties; null for none. */
    @Nullable
    OffsetDateTime published(MicroformatProperties post) {
        String time = post.text("published");
        return time == null ? null : MicropubDateTimeParser.parse(time, profile.zone());
    }

    /** Returns the format key of a content object whose text is not blank; null if all texts are blank. */
    private static @Nullable String form(Map<?, ?> content) {
        boolean known = false;
        for (String form : List.of("html", "markdown", "value")) {
            String text = MicroformatProperties.text(content.get(form));
            known |= text != null;
            if (text != null && !text.isBlank()) {
                return form;
            }
        }
        if (!known) {
            throw MicropubException.invalid("The content has neither html nor markdown nor value.");
        }
        return null;
    }

    private static String text(Object content) {
        String text;
        if (content instanceof Map<?, ?> object) {
            String form = form(object);
            text = form == null ? "" : MicroformatProperties.text(object.get(form));
        } else {
            text = MicroformatProperties.text(content);
        }
        return text == null ? "" : text;
    }

    private static Note.Format format(Object content, Note.Format plain) {
        if (content instanceof Map<?, ?> object) {
            String form = String.valueOf(form(object));
            return switch (form) {
                case "html" -> Note.Format.HTML;
                case "markdown" -> Note.Format.MARKDOWN;
                default -> Note.Format.TEXT;
            };
        }
        return plain;
    }

    private static List<Tag> tags(MicroformatProperties post) {
        return TagNameRules.tags(post.all("category").stream()
                .filter(value -> !(value instanceof Map))
                .map(String::valueOf)
                .toList());
    }

    private List<Photo> photos(MicroformatProperties post) {
        List<String> alts = post.texts("mp-photo-alt");
        List<Photo> photos = new ArrayList<>();
        for (Object value : post.all("photo")) {
            String url = MicroformatProperties.text(value);
            if (url == null) {
                throw MicropubException.invalid("A photo has no URL: send a text, or an object with value and alt.");
            }
            if (!url.isBlank()) {
                String alt = value instanceof Map<?, ?> object ? MicroformatProperties.text(object.get("alt")) : null;
                photos.add(new Photo(own(url.strip()), alt != null ? alt : at(alts, photos.size())));
            }
        }
        return photos;
    }

    /** Returns the description of a photo by index; empty for none. */
    static String at(List<String> alts, int index) {
        return index < alts.size() ? alts.get(index) : "";
    }

    /** Returns media URLs of this site as paths, which stay valid if the site's host changes. */
    private String own(String url) {
        return SiteUrlParser.path(url, profile.siteUrl())
                .filter(path -> path.startsWith("/media/"))
                .orElse(url);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String name, MicroformatProperties post, E otherwise) {
        String wish = post.text(name);
        if (wish == null) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (lower(value).equals(wish)) {
                return value;
            }
        }
        throw MicropubException.invalid("This site does not support this value of " + name + ".");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
