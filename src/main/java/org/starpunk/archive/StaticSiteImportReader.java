package org.starpunk.archive;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/**
 * Reads files of static site generators such as Jekyll and Hugo, and plain files. Front matter and a date in the file
 * name are optional.
 */
final class StaticSiteImportReader {

    private static final Pattern DATED = Pattern.compile("(\\d{4}-\\d{1,2}-\\d{1,2})[-_](.+)");
    private static final Pattern HEADING =
            Pattern.compile("\\A\\s*#[ \\t]+([^\\n]+?)(?:[ \\t]+#+)?[ \\t]*(?:\\r?\\n|\\z)");
    private static final Set<String> ENDINGS = Set.of("md", "markdown", "mdown", "mkd", "html", "htm", "txt");
    private static final Set<String> PASSED_OVER = Set.of(
            "node_modules",
            "_site",
            "_layouts",
            "_includes",
            "_data",
            "_sass",
            "_plugins",
            "themes",
            "layouts",
            "archetypes",
            "vendor");
    private static final Set<String> DRAFT_FOLDERS = Set.of("_drafts", "drafts", "draft", "unpublished");
    private static final Set<String> PRIVATE_FOLDERS = Set.of("private", "_private");
    private static final Set<String> TRASH_FOLDERS = Set.of("trash", "_trash");

    private final ArchiveReader pack;
    private final StaticSiteConfiguration site;
    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;

    StaticSiteImportReader(
            ArchiveReader pack, StaticSiteConfiguration site, ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.pack = pack;
        this.site = site;
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    static boolean isNote(String path) {
        return ENDINGS.contains(ending(path));
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Returns whether a file belongs to the program or its configuration, so it is not a note. */
    static boolean isHidden(String path) {
        return Arrays.stream(path.split("/")).anyMatch(part -> part.startsWith(".") || PASSED_OVER.contains(part));
    }

    /**
     * Reads a file.
     *
     * @throws ArchiveException if it cannot be read
     */
    void read(String path) throws IOException {
        Optional<String> why = site.whyNoNote(path);
        if (why.isPresent()) {
            receiver.skip(path, why.get());
            return;
        }
        String text = pack.text(path);
        text = text.startsWith("\ufeff") ? text.substring(1) : text;
        boolean html = format(path) == Note.Format.HTML;
        if (html && HtmlDocument.isDocument(text) && HtmlDocument.isRedirect(text)) {
            receiver.skip(path, "it only sends its readers to another page");
            return;
        }
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        FrontMatter file = head(text, html, importVisibility);
        file = site.complete(path, file);
        if (file.first("redirect_to").isPresent()) {
            receiver.skip(path, "it only sends its readers to another page");
            return;
        }
        ImportedItem note = note(path, file, importVisibility);
        if (importVisibility.isLeftOut()) {
            receiver.skip(path, importVisibility.reasons());
        } else {
            receiver.accept(note);
        }
    }

    /** Parses the front matter. If it is invalid, the note becomes a draft with the whole content of the file. */
    private static FrontMatter head(String text, boolean html, ImportVisibility importVisibility) {
        try {
            Optional<FrontMatter> read = FrontMatter.readAny(text);
            if (read.isPresent()) {
                return read.get();
            }
        } catch (ArchiveException e) {
            importVisibility.draft(String.valueOf(e.getMessage()));
            return new FrontMatter(Map.of(), text);
        }
        return html && HtmlDocument.isDocument(text) ? HtmlDocument.read(text) : new FrontMatter(Map.of(), text);
    }

    private ImportedItem note(String path, FrontMatter file, ImportVisibility importVisibility) throws IOException {
        String fullName = name(path);
        Matcher dated = DATED.matcher(fullName);
        boolean hasDay = dated.matches();
        String name = hasDay ? dated.group(2) : fullName;
        readVisibility(path, fullName, file, importVisibility);
        ImportedItem note = new ImportedItem(path, importVisibility);
        Optional<OffsetDateTime> published = published(file, hasDay ? dated.group(1) : null);
        note.published(published)
                .updated(file.first("updated", "lastmod", "last_modified_at", "modified", "date_modified", "updated_at")
                        .flatMap(written -> LenientDateTimeParser.read(written, zone)))
                .guess(pack.changed(path).atZone(zone).toOffsetDateTime());
        content(path, file, note);
        addresses(path, file, note, place(path, file, note, name, fullName, published));
        file.first("slug", "mp-slug").ifPresent(note::slug);
        file.first("permalink", "url", "path")
                .filter(address -> !address.contains(":"))
                .map(StaticSiteImportReader::lastPart)
                .ifPresent(note::slug);
        note.slug(name);
        return note;
    }

    private static void readVisibility(String path, String name, FrontMatter file, ImportVisibility importVisibility) {
        importVisibility.fields(file.fields());
        List<String> folders = List.of(path.split("/")).subList(0, path.split("/").length - 1);
        for (String folder : folders) {
            String lower = folder.toLowerCase(Locale.ROOT);
            if (DRAFT_FOLDERS.contains(lower)) {
                importVisibility.draft("it is in " + folder + "/");
            } else if (PRIVATE_FOLDERS.contains(lower)) {
                importVisibility.restrict(Note.Visibility.PRIVATE, "it is in " + folder + "/");
            } else if (TRASH_FOLDERS.contains(lower)) {
                importVisibility.leaveOut("it is in " + folder + "/");
            }
        }
        if (name.startsWith("draft_") || name.startsWith("_")) {
            importVisibility.draft("its name begins with " + (name.startsWith("_") ? "_" : "draft_"));
        }
    }

    private StaticSiteConfiguration.SourceLocation place(
            String path,
            FrontMatter file,
            ImportedItem note,
            String name,
            String fullName,
            Optional<OffsetDateTime> time) {
        if (site.isUnpublishedCollection(path)) {
            note.disclosure().draft("the site did not publish the files of this folder");
        }
        return new StaticSiteConfiguration.SourceLocation(
                path,
                name,
                fullName,
                note.title(),
                file.first("slug").orElse(null),
                Stream.of("categories", "category")
                        .flatMap(field -> names(file, field).stream())
                        .toList(),
                time.orElse(null));
    }

    private void addresses(
            String path, FrontMatter file, ImportedItem note, StaticSiteConfiguration.SourceLocation place) {
        String folder = "/" + path.substring(0, path.lastIndexOf('/') + 1).replaceFirst("^(?:.*/)?content/", "");
        Stream.of("aliases", "redirect_from")
                .flatMap(name -> file.text(name) == null ? file.texts(name).stream() : Stream.of(file.text(name)))
                .map(alias -> alias.startsWith("/") || alias.contains("://") ? alias : folder + alias)
                .forEach(note::address);
        Optional<String> own = file.first("permalink", "url", "canonical")
                .filter(address -> !address.equalsIgnoreCase("false"))
                .map(pattern -> site.filled(pattern, place))
                .or(() -> file.first("path").map(zola -> "/" + zola))
                .or(() -> site.path(place));
        own.ifPresent(note::address);
        own.filter(address -> address.endsWith(".html"))
                .ifPresent(address -> note.address(address.substring(0, address.length() - 5)));
        own.filter(unused -> place.path().contains("_posts/"))
                .map(StaticSiteImportReader::lastPart)
                .ifPresent(part -> {
                    if (file.first("permalink").isPresent()) {
                        note.slug(part);
                    }
                });
        if (format(path) == Note.Format.HTML && own.isEmpty()) {
            note.address("/" + path);
        }
    }

    /** Returns the file name without its extension; the folder name for {@code my-note/index.md}. */
    private static String name(String path) {
        String[] parts = path.split("/");
        String name = parts[parts.length - 1].replaceFirst("\\.[^.]*$", "");
        return name.equals("index") && parts.length > 1 ? parts[parts.length - 2] : name;
    }

    private Optional<OffsetDateTime> published(FrontMatter file, @Nullable String day) {
        Optional<String> written = file.first(
                        "date", "published", "publishdate", "pubdate", "created", "created_at", "published_at")
                .filter(text -> LenientDateTimeParser.read(text, zone).isPresent());
        return written.or(() -> Optional.ofNullable(day)).flatMap(text -> LenientDateTimeParser.read(text, zone));
    }

    private static Note.Format format(String path) {
        return switch (ending(path)) {
            case "html", "htm" -> Note.Format.HTML;
            case "txt" -> Note.Format.TEXT;
            default -> Note.Format.MARKDOWN;
        };
    }

    private static void content(String path, FrontMatter file, ImportedItem note) {
        Note.Format format = format(path);
        String title = file.first("title").orElse(null);
        String body = file.body();
        Matcher heading = HEADING.matcher(body);
        if (format == Note.Format.MARKDOWN
                && title != null
                && heading.find()
                && heading.group(1).strip().equals(title)) {
            body = body.substring(heading.end());
        }
        if (format == Note.Format.MARKDOWN) {
            body = StaticSiteMarkupConverter.translate(body, note::remark);
        } else if (format == Note.Format.HTML) {
            body = EmbedLinkReplacer.toLinks(StaticSiteMarkupConverter.liquid(body, note::remark), note::remark);
        }
        note.title(title).text(body, format).tags(tags(file));
        photos(file, note);
        note.inReplyTo(file.first("in-reply-to", "in_reply_to", "reply_to"))
                .likeOf(file.first("like-of", "like_of"))
                .repostOf(file.first("repost-of", "repost_of"));
    }

    private static List<String> tags(FrontMatter file) {
        Map<String, Object> taxonomies = new java.util.LinkedHashMap<>(file.fields());
        if (file.fields().get("taxonomies") instanceof Map<?, ?> map) {
            map.forEach((name, terms) -> taxonomies.putIfAbsent(String.valueOf(name), terms));
        }
        FrontMatter all = new FrontMatter(taxonomies, "");
        return Stream.of("tags", "tag", "categories", "category", "keywords")
                .flatMap(name -> names(all, name).stream())
                .toList();
    }

    /**
     * Returns the names in a list, or in a text that is split at commas. A text without commas in a field with a plural
     * name is split at spaces, as in Jekyll.
     */
    private static List<String> names(FrontMatter file, String field) {
        String text = file.text(field);
        if (text == null) {
            return file.texts(field);
        }
        boolean bySpaces = !text.contains(",") && field.endsWith("s");
        return List.of(text.strip().split(bySpaces ? "\\s+" : ","));
    }

    private static void photos(FrontMatter file, ImportedItem note) {
        for (String field : List.of("photo", "photos", "image", "images", "cover", "featured_image", "feature_image")) {
            Object value = file.fields().get(field);
            List<?> list = value instanceof List<?> several ? several : value == null ? List.of() : List.of(value);
            for (Object entry : list) {
                if (entry instanceof String url && !url.isBlank()) {
                    note.photo(rooted(url), "");
                } else if (entry instanceof Map<?, ?> map) {
                    String alt = Optional.ofNullable(text(map, "alt")).orElse("");
                    Optional.ofNullable(text(map, "url", "value", "src", "path", "image"))
                            .ifPresent(url -> note.photo(rooted(url), alt));
                }
            }
        }
    }

    private static @Nullable String text(Map<?, ?> map, String... names) {
        for (String name : names) {
            if (map.get(name) instanceof String text && !text.isBlank()) {
                return text;
            }
        }
        return null;
    }

    /** Returns the address of a photo: absolute, or a path from the root of the site. */
    private static String rooted(String url) {
        return url.contains("://") || url.startsWith("/") ? url : "/" + url.replaceFirst("^\\./", "");
    }

    private static String lastPart(String url) {
        String path = url.replaceFirst("(?s)[?#].*", "")
                .replaceFirst("(?<!/)/++$", "")
                .replaceFirst("\\.html?$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
