package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Slug;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNames;

/** Files of Jekyll, Hugo and programs like them, or plain ones: front matter or none, the date in the name or not. */
final class ForeignFiles {

    private static final Pattern DATED = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[-_](.+)");
    private static final Pattern BODY_PICTURE = Pattern.compile("(!\\[[^\\]]*]\\(\\s*<?)([^)\\s>]+)");
    private static final Set<String> ENDINGS = Set.of("md", "markdown", "mdown", "html", "htm", "txt");
    private static final Set<String> PASSED_OVER =
            Set.of("node_modules", "_site", "_layouts", "_includes", "themes", "layouts");

    private final PackReader pack;
    private final ZoneId zone;
    private final Set<String> undated = new HashSet<>();

    ForeignFiles(PackReader pack, ZoneId zone) {
        this.pack = pack;
        this.zone = zone;
    }

    static boolean isNote(String path) {
        return ENDINGS.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** What is a program's own: nobody wrote it as a note. */
    static boolean isHidden(String path) {
        return Arrays.stream(path.split("/")).anyMatch(part -> part.startsWith(".") || PASSED_OVER.contains(part));
    }

    /** Reads a note. @throws PackException when it is none; the message says why */
    ArchivedNote read(String path) throws IOException {
        String text = pack.text(path);
        text = text.startsWith("\ufeff") ? text.substring(1) : text;
        String name = name(path);
        if (name.equals("_index")) {
            throw new PackException("it is the page of a section, and no note", null);
        }
        FrontMatter file = FrontMatter.read(text).orElse(new FrontMatter(Map.of(), text));
        Matcher dated = DATED.matcher(name);
        String day = dated.matches() ? dated.group(1) : null;
        Optional<OffsetDateTime> published = published(file, day);
        OffsetDateTime time = published.orElse(pack.changed(path).atZone(zone).toOffsetDateTime());
        Note.Content content = content(path, file);
        return new ArchivedNote(
                content,
                slug(file, dated.matches() ? dated.group(2) : name, content, time, published.isPresent()),
                oldSlugs(file),
                time,
                file.first("updated", "lastmod", "last_modified_at", "modified")
                        .flatMap(written -> Times.read(written, zone))
                        .orElse(null),
                null,
                null,
                published.isPresent());
    }

    /** The file's name without its ending; that of the folder for {@code my-note/index.md}. */
    private static String name(String path) {
        String[] parts = path.split("/");
        String name = parts[parts.length - 1].replaceFirst("\\.[^.]*$", "");
        return name.equals("index") && parts.length > 1 ? parts[parts.length - 2] : name;
    }

    private Optional<OffsetDateTime> published(FrontMatter file, @Nullable String day) {
        return file.first("date", "published", "publishdate", "pubdate", "created", "created_at")
                .flatMap(written -> Times.read(written, zone))
                .or(() -> day == null ? Optional.empty() : Times.read(day, zone));
    }

    private static Note.Content content(String path, FrontMatter file) {
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        Note.Format format = switch (ending) {
            case "html", "htm" -> Note.Format.HTML;
            case "txt" -> Note.Format.TEXT;
            default -> Note.Format.MARKDOWN;
        };
        return new Note.Content(
                file.first("title").orElse(null),
                file.body().strip(),
                format,
                tags(file),
                photos(file),
                isDraft(path, file) ? Note.Status.DRAFT : Note.Status.PUBLISHED,
                visibility(file),
                file.first("in-reply-to", "in_reply_to", "reply_to").orElse(null),
                file.first("like-of", "like_of").orElse(null),
                file.first("repost-of", "repost_of").orElse(null));
    }

    private static boolean isDraft(String path, FrontMatter file) {
        return file.isTrue("draft")
                || "false".equalsIgnoreCase(file.text("published"))
                || "draft".equalsIgnoreCase(file.first("status", "post-status").orElse(""))
                || Arrays.asList(path.split("/")).contains("_drafts");
    }

    private static Note.Visibility visibility(FrontMatter file) {
        String word = file.first("visibility").orElse("").toLowerCase(Locale.ROOT);
        if (word.equals("private") || file.isTrue("private")) {
            return Note.Visibility.PRIVATE;
        }
        boolean unlisted = word.equals("unlisted") || file.isTrue("unlisted") || file.isTrue("hidden");
        return unlisted ? Note.Visibility.UNLISTED : Note.Visibility.PUBLIC;
    }

    private static List<Tag> tags(FrontMatter file) {
        return TagNames.tags(Stream.of("tags", "tag", "categories", "category", "keywords")
                .flatMap(name -> names(file, name).stream())
                .toList());
    }

    /** A list; or a text, parted at its commas, or (by Jekyll's rule for the plural names) at its spaces. */
    private static List<String> names(FrontMatter file, String field) {
        String text = file.text(field);
        if (text == null) {
            return file.texts(field);
        }
        boolean bySpaces = !text.contains(",") && field.endsWith("s");
        return List.of(text.split(bySpaces ? "\\s+" : ","));
    }

    private static List<Photo> photos(FrontMatter file) {
        List<Photo> photos = new ArrayList<>();
        for (String field : List.of("photo", "photos", "image", "images")) {
            Object value = file.fields().get(field);
            List<?> list = value instanceof List<?> several ? several : value == null ? List.of() : List.of(value);
            for (Object entry : list) {
                if (entry instanceof String url) {
                    photos.add(new Photo(rooted(url), ""));
                } else if (entry instanceof Map<?, ?> map) {
                    String alt = Optional.ofNullable(text(map, "alt")).orElse("");
                    Optional.ofNullable(text(map, "url", "value", "src", "path"))
                            .ifPresent(url -> photos.add(new Photo(rooted(url), alt)));
                }
            }
        }
        return photos;
    }

    private static @Nullable String text(Map<?, ?> map, String... names) {
        for (String name : names) {
            if (map.get(name) instanceof String text) {
                return text;
            }
        }
        return null;
    }

    /** A photo has an address or a path of the site. */
    private static String rooted(String url) {
        return url.contains("://") || url.startsWith("/") ? url : "/" + url.replaceFirst("^\\./", "");
    }

    private static List<String> oldSlugs(FrontMatter file) {
        return Stream.of("aliases", "redirect_from")
                .flatMap(name -> names(file, name).stream())
                .map(ForeignFiles::lastPart)
                .flatMap(part -> Slug.wished(part).stream())
                .distinct()
                .toList();
    }

    private static String lastPart(String url) {
        String path = url.replaceFirst("[?#].*$", "").replaceFirst("/+$", "").replaceFirst("\\.html?$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Two files without a date and of one name are two notes: the second gets a number, the same each time. */
    private String slug(FrontMatter file, String name, Note.Content content, OffsetDateTime time, boolean isDated) {
        String slug = file.first("slug", "mp-slug")
                .or(() -> file.first("permalink", "url").map(ForeignFiles::lastPart))
                .flatMap(Slug::wished)
                .or(() -> Slug.wished(name))
                .orElseGet(() -> Slug.of(content.title(), content.text(), time));
        if (isDated) {
            return slug;
        }
        String free = slug;
        for (int number = 2; !undated.add(free); number++) {
            free = Slug.numbered(slug, number);
        }
        return free;
    }

    /** Takes the pictures that are among the files, and lets the note show them where they are now. */
    ArchivedNote withPictures(String path, ArchivedNote note, Pictures pictures, ImportReport report)
            throws IOException {
        Note.Content content = note.content();
        List<Photo> photos = new ArrayList<>();
        for (Photo photo : content.photos()) {
            photos.add(new Photo(take(path, photo.url(), pictures, report), photo.alt()));
        }
        StringBuilder text = new StringBuilder();
        Matcher shown = BODY_PICTURE.matcher(content.text());
        while (shown.find()) {
            String kept = shown.group(1) + take(path, shown.group(2), pictures, report);
            shown.appendReplacement(text, Matcher.quoteReplacement(kept));
        }
        shown.appendTail(text);
        return note.with(new Note.Content(
                content.title(),
                text.toString(),
                content.format(),
                content.tags(),
                photos,
                content.status(),
                content.visibility(),
                content.inReplyTo(),
                content.likeOf(),
                content.repostOf()));
    }

    private String take(String path, String url, Pictures pictures, ImportReport report) throws IOException {
        if (url.contains("://") || url.startsWith("//") || url.startsWith("data:")) {
            return url;
        }
        Optional<String> file = candidates(path, url).filter(pack::has).findFirst();
        if (file.isEmpty()) {
            report.remark(path, "it shows " + url + ", which is not among the files");
            return url;
        }
        try (InputStream in = pack.read(file.get())) {
            String kept = pictures.keep(in);
            report.picture();
            return kept;
        } catch (PackException e) {
            report.remark(path, file.get() + ": " + e.getMessage());
            return url;
        }
    }

    /** Beside the file, or below the folders that programs serve as the root of the site. */
    private static Stream<String> candidates(String path, String url) {
        String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/') + 1) : "";
        String bare = url.replaceFirst("^/+", "");
        return Stream.of(folder + bare, bare, "static/" + bare, "assets/" + bare, "public/" + bare)
                .map(candidate -> Path.of(candidate).normalize().toString())
                .filter(candidate -> !candidate.startsWith(".."));
    }
}
