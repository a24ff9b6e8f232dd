package org.starpunk.archive;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.ImportedPath;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

/**
 * Converts a note to a file and back: fields as YAML, an empty line, the text, and a line break. Fields with default
 * values are omitted. Reading a written file returns exactly the same note.
 */
final class NoteFileCodec {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9]++(?:-[a-z0-9]++)*+");
    private static final int MAX_SLUG = 100;

    /** An absolute URI or IRI (RFC 3986, section 4.3): a scheme, and no characters that are invalid in both. */
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+:[^\\s\\p{Cc}<>\"{}|\\\\^`]++");

    private static final int MAX_URI = 500;

    private NoteFileCodec() {}

    /** Returns a path such as {@code notes/2026/2026-11-21-first-words.md}, with the date in the site's time zone. */
    static String path(ArchivedNote note, ZoneId zone) {
        LocalDate published = note.published().atZoneSameInstant(zone).toLocalDate();
        return "notes/" + published.getYear() + "/" + DateTimeFormatter.ISO_LOCAL_DATE.format(published) + "-"
                + note.slug() + ".md";
    }

    static String write(ArchivedNote note) {
        Note.Content content = note.content();
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "title", content.title());
        fields.put("slug", note.slug());
        put(fields, "id", note.uid());
        put(fields, "published", note.published());
        put(fields, "updated", note.updated());
        put(fields, "deleted", note.deletedAt());
        unless(fields, "status", content.status(), Note.Status.PUBLISHED);
        unless(fields, "visibility", content.visibility(), Note.Visibility.PUBLIC);
        unless(fields, "format", content.format(), Note.Format.MARKDOWN);
        if (!content.tags().isEmpty()) {
            fields.put("tags", content.tags().stream().map(Tag::name).toList());
        }
        if (!content.photos().isEmpty()) {
            fields.put(
                    "photos",
                    content.photos().stream().map(NoteFileCodec::photo).toList());
        }
        put(fields, "in-reply-to", content.inReplyTo());
        put(fields, "like-of", content.likeOf());
        put(fields, "repost-of", content.repostOf());
        put(fields, "properties", content.extra().json());
        put(fields, "preview", note.previewToken());
        putList(
                fields,
                "old-slugs",
                note.oldSlugs().stream()
                        .filter(place -> !ImportedPath.isPath(place))
                        .toList());
        putList(
                fields,
                "old-paths",
                note.oldSlugs().stream().filter(ImportedPath::isPath).toList());
        return FrontMatter.write(fields) + "\n" + content.text() + "\n";
    }

    private static Map<String, Object> photo(Photo photo) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("url", photo.url());
        fields.put("alt", photo.alt());
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
    }

    private static void putList(Map<String, Object> fields, String name, List<String> values) {
        if (!values.isEmpty()) {
            fields.put(name, values);
        }
    }

    private static void unless(Map<String, Object> fields, String name, Enum<?> value, Enum<?> usual) {
        if (value != usual) {
            fields.put(name, value.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Reads a file that {@link #write} wrote.
     *
     * @throws ArchiveException if the file is invalid
     */
    static ArchivedNote read(String text) throws ArchiveException {
        FrontMatter file =
                FrontMatter.read(text).orElseThrow(() -> new ArchiveException("it has no front matter", null));
        String body = file.body();
        if (!body.startsWith("\n") || !body.endsWith("\n") || body.length() < 2) {
            throw new ArchiveException("its text does not begin after an empty line, or end with a line break", null);
        }
        Note.Content content = new Note.Content(
                file.text("title"),
                body.substring(1, body.length() - 1),
                word(file, "format", Note.Format.class, Note.Format.MARKDOWN),
                TagNameRules.tags(file.texts("tags")),
                photos(file),
                word(file, "status", Note.Status.class, Note.Status.PUBLISHED),
                word(file, "visibility", Note.Visibility.class, Note.Visibility.PUBLIC),
                file.text("in-reply-to"),
                file.text("like-of"),
                file.text("repost-of"),
                extra(file));
        OffsetDateTime published = time(file, "published");
        if (published == null) {
            throw new ArchiveException("its time published is missing", null);
        }
        List<String> old = new ArrayList<>();
        for (String slug : file.texts("old-slugs")) {
            old.add(slug(slug));
        }
        for (String path : file.texts("old-paths")) {
            if (!ImportedPath.isPath(path)) {
                throw new ArchiveException("one of its old paths is not a path", null);
            }
            old.add(path);
        }
        OffsetDateTime deleted = time(file, "deleted");
        return new ArchivedNote(
                content,
                uid(file.text("id")),
                slug(file.text("slug")),
                old,
                published,
                time(file, "updated"),
                deleted == null ? null : deleted.withOffsetSameInstant(ZoneOffset.UTC),
                file.text("preview"),
                true);
    }

    private static List<Photo> photos(FrontMatter file) throws ArchiveException {
        List<Photo> photos = new ArrayList<>();
        if (file.fields().get("photos") instanceof List<?> list) {
            for (Object entry : list) {
                if (!(entry instanceof Map<?, ?> map) || !(map.get("url") instanceof String url)) {
                    throw new ArchiveException("one of its photos has no url", null);
                }
                photos.add(new Photo(url, map.get("alt") instanceof String alt ? alt : ""));
            }
        }
        return photos;
    }

    private static ExtraProperties extra(FrontMatter file) throws ArchiveException {
        try {
            ExtraProperties extra = ExtraProperties.parse(file.text("properties"));
            extra.check();
            return extra;
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("its properties cannot be read: " + e.getMessage(), e);
        }
    }

    private static String slug(@Nullable String written) throws ArchiveException {
        if (written == null
                || written.length() > MAX_SLUG
                || !SLUG.matcher(written).matches()) {
            throw new ArchiveException("it has no slug, or one that is not of a-z, 0-9 and single hyphens", null);
        }
        return written;
    }

    private static @Nullable String uid(@Nullable String written) throws ArchiveException {
        if (written != null
                && (written.length() > MAX_URI || !URI.matcher(written).matches())) {
            throw new ArchiveException("its id is not a URI", null);
        }
        return written;
    }

    private static <E extends Enum<E>> E word(FrontMatter file, String name, Class<E> type, E usual)
            throws ArchiveException {
        String written = file.text(name);
        if (written == null) {
            return usual;
        }
        try {
            return Enum.valueOf(type, written.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("its " + name + " is " + written + ", which is not valid", e);
        }
    }

    private static @Nullable OffsetDateTime time(FrontMatter file, String name) throws ArchiveException {
        String written = file.text(name);
        try {
            return written == null ? null : OffsetDateTime.parse(written);
        } catch (DateTimeException e) {
            throw new ArchiveException("its time " + name + " is " + written + ", which is not valid", e);
        }
    }
}
