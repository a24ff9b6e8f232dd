package org.starpunk.archive;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Slug;

/**
 * Configuration of a static site (Jekyll or Hugo) whose files are imported: the fields that it sets for other files,
 * and the path at which the site served a file.
 */
final class StaticSiteConfiguration {

    private static final Pattern CONFIGURATION = Pattern.compile(
            "(?:.*/)?(?:_config\\.ya?ml|_config\\.toml"
                    + "|(?:hugo|config)\\.(?:toml|ya?ml|json)|config/_default/(?:hugo|config|permalinks)\\.(?:toml|ya?ml|json))");
    private static final Pattern PLACEHOLDER = Pattern.compile(":([a-z_]+)");
    private static final Pattern SECTION_PAGE = Pattern.compile("(?:.*/)?_index(?:\\.[a-z-]+)?\\.(?:md|markdown|html)");
    private static final Set<String> CONTENT_FOLDERS = Set.of("_posts", "_drafts", "content");

    /** Jekyll's named permalink styles. */
    private static final Map<String, String> STYLES = Map.of(
            "date", "/:categories/:year/:month/:day/:title.html",
            "pretty", "/:categories/:year/:month/:day/:title/",
            "ordinal", "/:categories/:year/:y_day/:title.html",
            "none", "/:categories/:title.html");

    private final ArchiveReader pack;
    private final boolean posts;
    private final boolean content;
    private final Map<String, Object> configuration = new LinkedHashMap<>();
    private final Map<String, Map<String, Object>> cascades = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    StaticSiteConfiguration(ArchiveReader pack) throws IOException {
        this.pack = pack;
        this.posts = pack.paths().stream().anyMatch(path -> segments(path).contains("_posts"));
        List<String> found = pack.paths().stream()
                .filter(path -> CONFIGURATION.matcher(path).matches())
                .sorted(Comparator.comparingInt(path -> segments(path).size()))
                .toList();
        this.content = !posts && pack.paths().stream().anyMatch(StaticSiteConfiguration::isContent) && !found.isEmpty();
        for (String path : found) {
            configuration(path);
        }
        for (String path : pack.paths()) {
            if (SECTION_PAGE.matcher(path).matches()) {
                cascade(path);
            }
        }
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/"));
    }

    private static boolean isContent(String path) {
        return path.startsWith("content/") || path.contains("/content/");
    }

    private void configuration(String path) throws IOException {
        try {
            Map<String, Object> read = FrontMatter.configuration(path, pack.text(path));
            if (path.contains("permalinks.")) {
                configuration.putIfAbsent("permalinks", read);
            } else {
                read.forEach(configuration::putIfAbsent);
            }
        } catch (ArchiveException e) {
            problems.add(path);
        }
    }

    /** Reads the fields that a Hugo section page sets for all pages below it. */
    private void cascade(String path) throws IOException {
        try {
            Object found = FrontMatter.readAny(pack.text(path))
                    .map(head -> head.fields().get("cascade"))
                    .orElse(null);
            Map<String, Object> fields = new LinkedHashMap<>();
            for (Object part : found instanceof List<?> list ? list : Arrays.asList(found)) {
                if (part instanceof Map<?, ?> map) {
                    map.forEach((key, value) -> fields.put(String.valueOf(key).toLowerCase(Locale.ROOT), value));
                }
            }
            fields.keySet().removeAll(Set.of("_target", "target"));
            if (!fields.isEmpty()) {
                cascades.put(path.substring(0, path.lastIndexOf('/') + 1), fields);
            }
        } catch (ArchiveException e) {
            problems.add(path);
            cascades.put(
                    path.substring(0, path.lastIndexOf('/') + 1),
                    Map.of("draft", "unknown, as " + path + " cannot be read"));
        }
    }

    /** Returns the configuration files that cannot be read. */
    List<String> problems() {
        return problems;
    }

    /** Returns why a file with the extension of a note is not one; empty if it is one. */
    Optional<String> whyNoNote(String path) {
        List<String> segments = segments(path);
        String name = segments.get(segments.size() - 1);
        if (SECTION_PAGE.matcher(path).matches()) {
            return Optional.of("it is the page of a section, not a note");
        }
        String folder = path.substring(0, path.length() - name.length());
        if (name.equals("index.html") && (pack.has(folder + "feed.json") || pack.has(folder + "outbox.json"))) {
            return Optional.of("its notes are in the JSON file next to it");
        }
        if (isExcluded(path)) {
            return Optional.of("the configuration of the site excludes it");
        }
        if (posts
                && segments.stream().noneMatch(CONTENT_FOLDERS::contains)
                && segments.stream().noneMatch(part -> part.startsWith("_") && !part.equals(name))) {
            return Optional.of("it is a page of the site, not a post");
        }
        return content && !isContent(path) ? Optional.of("it is not below content/") : Optional.empty();
    }

    private boolean isExcluded(String path) {
        return configuration.get("exclude") instanceof List<?> list
                && list.stream()
                        .map(entry -> String.valueOf(entry).replaceFirst("^/", ""))
                        .anyMatch(entry -> !entry.isEmpty()
                                && (path.equals(entry) || path.startsWith(entry.replaceFirst("/*$", "/"))));
    }

    /** Adds the fields that the site sets for a file, unless the file sets them itself. */
    FrontMatter complete(String path, FrontMatter file) {
        Map<String, Object> fields = new LinkedHashMap<>(file.fields());
        for (int end = path.lastIndexOf('/') + 1; end >= 0; end = end == 0 ? -1 : path.lastIndexOf('/', end - 2) + 1) {
            cascades.getOrDefault(path.substring(0, end), Map.of()).forEach(fields::putIfAbsent);
        }
        if (configuration.get("defaults") instanceof List<?> defaults) {
            defaults.forEach(entry -> jekyllDefaults(path, entry, fields));
        }
        return new FrontMatter(fields, file.body());
    }

    private static void jekyllDefaults(String path, Object entry, Map<String, Object> fields) {
        if (!(entry instanceof Map<?, ?> map) || !(map.get("values") instanceof Map<?, ?> values)) {
            return;
        }
        Map<?, ?> scope = map.get("scope") instanceof Map<?, ?> found ? found : Map.of();
        String folder = scope.get("path") instanceof String text ? text.replaceAll("^/|/$|\\*.*", "") : "";
        boolean typeFits = !(scope.get("type") instanceof String type)
                || segments(path).contains("_" + type)
                || (type.equals("posts") && segments(path).contains("_drafts"));
        if (typeFits && (folder.isEmpty() || path.startsWith(folder + "/") || path.contains("/" + folder + "/"))) {
            values.forEach(
                    (key, value) -> fields.putIfAbsent(String.valueOf(key).toLowerCase(Locale.ROOT), value));
        }
    }

    /** Returns whether a file belongs to a Jekyll collection that the site did not publish. */
    boolean isUnpublishedCollection(String path) {
        Optional<String> folder = segments(path).stream()
                .filter(part -> part.startsWith("_") && path.contains(part + "/") && !CONTENT_FOLDERS.contains(part))
                .findFirst();
        if (!posts || folder.isEmpty()) {
            return false;
        }
        Object collection = configuration.get("collections") instanceof Map<?, ?> all
                ? all.get(folder.get().substring(1))
                : null;
        return !(collection instanceof Map<?, ?> map && "true".equals(String.valueOf(map.get("output"))));
    }

    /**
     * Values for the placeholders of a permalink.
     *
     * @param path path of the file
     * @param name file name without date and extension
     * @param fullName file name without extension
     * @param time null if the file has no date
     */
    record SourceLocation(
            String path,
            String name,
            String fullName,
            @Nullable String title,
            @Nullable String slug,
            List<String> categories,
            @Nullable OffsetDateTime time) {}

    /** Returns a permalink with its placeholders replaced. */
    String filled(String permalink, SourceLocation place) {
        String pattern = STYLES.getOrDefault(permalink.strip(), permalink.strip());
        StringBuilder filled = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(pattern);
        while (placeholder.find()) {
            placeholder.appendReplacement(filled, Matcher.quoteReplacement(value(placeholder.group(1), place)));
        }
        placeholder.appendTail(filled);
        String path = filled.toString();
        return path.contains("://") ? path : ("/" + path).replaceAll("/{2,}", "/");
    }

    /** Returns the path at which the site served a file without its own permalink; empty if it is unknown. */
    Optional<String> path(SourceLocation place) {
        List<String> segments = segments(place.path());
        if (segments.contains("_posts")) {
            Object style = configuration.get("permalink");
            return Optional.of(filled(style instanceof String text ? text : "date", place));
        }
        if (!content || !isContent(place.path())) {
            return Optional.empty();
        }
        List<String> below = segments.subList(segments.indexOf("content") + 1, segments.size());
        Object patterns = configuration.get("permalinks");
        if (patterns instanceof Map<?, ?> map && map.get("page") instanceof Map<?, ?> pages) {
            patterns = pages;
        }
        if (below.size() > 1 && patterns instanceof Map<?, ?> map && map.get(below.get(0)) instanceof String pattern) {
            return Optional.of(filled(pattern, place));
        }
        String last = below.get(below.size() - 1);
        boolean bundle = last.startsWith("index.");
        String folder = below.subList(0, Math.max(0, below.size() - (bundle ? 2 : 1))).stream()
                .collect(Collectors.joining("/", "/", "/"));
        String name = place.slug() == null ? place.fullName() : place.slug();
        return Optional.of(
                (folder + name + "/").replaceAll("/{2,}", "/").replace(' ', '-').toLowerCase(Locale.ROOT));
    }

    private static String value(String name, SourceLocation place) {
        OffsetDateTime time = place.time();
        String slug = place.slug() == null ? place.name() : place.slug();
        return switch (name) {
            case "title", "slug", "slugorfilename", "slugorcontentbasename" -> titled(name, place, slug);
            case "name", "basename", "filename", "contentbasename" -> place.fullName();
            case "categories", "category" ->
                place.categories().stream()
                        .flatMap(category -> Slug.wished(category).stream())
                        .collect(Collectors.joining("/"));
            case "section", "sections", "collection", "path" -> section(name, place.path());
            case "output_ext" -> ".html";
            default -> time == null ? "" : ofTime(name, time);
        };
    }

    private static String titled(String name, SourceLocation place, String slug) {
        boolean byTitle = name.equals("title") && place.path().contains("content/") && place.title() != null;
        return byTitle ? Slug.wished(place.title()).orElse(slug) : slug;
    }

    private static String section(String name, String path) {
        List<String> segments = segments(path);
        List<String> below = segments.subList(segments.indexOf("content") + 1, segments.size() - 1);
        if (below.isEmpty()) {
            return "";
        }
        return name.equals("sections") ? String.join("/", below) : below.get(0).replaceFirst("^_", "");
    }

    private static String ofTime(String name, OffsetDateTime time) {
        return switch (name) {
            case "year" -> "%04d".formatted(time.getYear());
            case "short_year" -> "%02d".formatted(time.getYear() % 100);
            case "month" -> "%02d".formatted(time.getMonthValue());
            case "i_month" -> Integer.toString(time.getMonthValue());
            case "monthname", "long_month" ->
                time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).toLowerCase(Locale.ROOT);
            case "short_month" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "day" -> "%02d".formatted(time.getDayOfMonth());
            case "i_day" -> Integer.toString(time.getDayOfMonth());
            case "y_day" -> "%03d".formatted(time.getDayOfYear());
            case "yearday" -> Integer.toString(time.getDayOfYear());
            case "weekday" -> Integer.toString(time.getDayOfWeek().getValue() % 7);
            case "weekdayname" ->
                time.getDayOfWeek()
                        .getDisplayName(TextStyle.FULL, Locale.ENGLISH)
                        .toLowerCase(Locale.ROOT);
            case "hour" -> "%02d".formatted(time.getHour());
            case "minute" -> "%02d".formatted(time.getMinute());
            case "second" -> "%02d".formatted(time.getSecond());
            default -> "";
        };
    }
}
