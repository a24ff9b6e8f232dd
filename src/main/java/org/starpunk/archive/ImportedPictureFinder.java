package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.parser.Parser;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;

/** Finds the pictures of imported notes among the files and stores them. Reports each picture that is not stored. */
final class ImportedPictureFinder {

    private static final int MAX_NESTING = 60;
    private static final Pattern PICTURE = Pattern.compile("(?i)\\.(?:jpe?g|png|gif|webp)$");
    private static final Pattern ABSOLUTE = Pattern.compile("^(?:https?:)?//([^/?#]*)", Pattern.CASE_INSENSITIVE);

    /** Target of a link, a picture or a reference in Markdown. */
    private static final Pattern DESTINATION =
            Pattern.compile("(\\]\\(\\s*+|(?m:^ {0,3}\\[[^\\]\\n]{1,1000}+\\]:[ \\t]*+\\n?[ \\t]*+))"
                    + "(?:<([^<>\\n]*+)>|((?:[^()\\s\\\\<]++|\\\\.|\\([^()\\s]*+\\))++))");

    private static final Pattern IMG = Pattern.compile(
            "(<img\\b[^>]{0,2000}?\\ssrc\\s*=\\s*)(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s>\"']++))",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SIZED = Pattern.compile("-\\d{1,5}x\\d{1,5}(\\.[A-Za-z]{3,4})$");

    /** Folders that programs serve as the root of the site. */
    private static final List<String> ROOTS = List.of("", "static/", "assets/", "public/", "source/", "content/");

    private final @Nullable ArchiveReader pack;
    private final ArchiveMediaStore pictures;
    private final ImportReport report;
    private final boolean dryRun;
    private final Set<String> hosts = new HashSet<>();
    private @Nullable Map<String, List<String>> byName;

    /** @param pack null if the source is a single file */
    ImportedPictureFinder(
            @Nullable ArchiveReader pack, ArchiveMediaStore pictures, ImportReport report, boolean dryRun) {
        this.pack = pack;
        this.pictures = pictures;
        this.report = report;
        this.dryRun = dryRun;
    }

    /** Adds hosts whose pictures may be among the files. */
    void addHosts(Collection<String> addresses) {
        for (String address : addresses) {
            Matcher absolute = ABSOLUTE.matcher(address);
            if (absolute.find()) {
                hosts.add(bare(absolute.group(1)));
            }
        }
    }

    private static String bare(String host) {
        return host.toLowerCase(Locale.ROOT).replaceFirst("^www\\.", "");
    }

    /**
     * Stores the pictures of a note, and returns the note with their new addresses.
     *
     * @param name name of the note in the report
     * @param folder base folder of relative addresses, empty or with a trailing slash
     */
    ArchivedNote takePictures(String name, String folder, ArchivedNote note) throws IOException {
        Note.Content content = note.content();
        List<Photo> photos = new ArrayList<>();
        for (Photo photo : content.photos()) {
            Optional<String> taken = takePicture(name, folder, photo.url());
            if (taken.isPresent() || isRemote(photo.url())) {
                photos.add(new Photo(taken.orElse(photo.url()), photo.alt()));
            }
        }
        String text = switch (content.format()) {
            case MARKDOWN -> markdown(name, folder, content.text());
            case HTML -> html(name, folder, content.text());
            case TEXT -> content.text();
        };
        return note.with(content.with(text, photos));
    }

    private static boolean isRemote(String url) {
        return ABSOLUTE.matcher(url).find();
    }

    private String markdown(String name, String folder, String text) throws IOException {
        Set<String> shown = new HashSet<>();
        Parser.builder().maxOpenBlockParsers(MAX_NESTING).build().parse(text).accept(new AbstractVisitor() {
            @Override
            public void visit(Image image) {
                shown.add(image.getDestination());
                visitChildren(image);
            }
        });
        Set<String> handled = new HashSet<>();
        StringBuilder out = new StringBuilder();
        Matcher matcher = DESTINATION.matcher(text);
        while (matcher.find()) {
            String url = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            String plain = url.replaceAll("\\\\(\\p{Punct})", "$1");
            boolean wanted = shown.contains(plain) || isLocalPicture(folder, plain);
            Optional<String> taken = wanted ? takePicture(name, folder, plain) : Optional.empty();
            handled.add(plain);
            if (taken.isPresent()) {
                matcher.appendReplacement(out, Matcher.quoteReplacement(matcher.group(1) + taken.get()));
            }
        }
        matcher.appendTail(out);
        shown.removeAll(handled);
        for (String other : shown) {
            report.remark(name, "it shows " + other + ", which was not imported");
        }
        return images(name, folder, out.toString());
    }

    private String images(String name, String folder, String text) throws IOException {
        StringBuilder out = new StringBuilder();
        Matcher matcher = IMG.matcher(text);
        while (matcher.find()) {
            String url = matcher.group(2) != null
                    ? matcher.group(2)
                    : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
            Optional<String> taken = takePicture(name, folder, Entities.unescape(url));
            if (taken.isPresent()) {
                matcher.appendReplacement(out, Matcher.quoteReplacement(matcher.group(1) + '"' + taken.get() + '"'));
            }
        }
        return matcher.appendTail(out).toString();
    }

    private String html(String name, String folder, String text) throws IOException {
        if (!text.contains("<")) {
            return text;
        }
        Document document = Jsoup.parseBodyFragment(text);
        document.outputSettings().prettyPrint(false);
        boolean changed = false;
        for (Element image : document.select("img")) {
            String url = lazy(image);
            Optional<String> taken = url.isBlank() ? Optional.empty() : takePicture(name, folder, url);
            if (taken.isPresent() || !url.equals(image.attr("src"))) {
                image.attr("src", taken.orElse(url));
                changed = true;
            }
        }
        for (Element link : document.select("a[href]")) {
            if (isLocalPicture(folder, link.attr("href"))) {
                Optional<String> taken = takePicture(name, folder, link.attr("href"));
                taken.ifPresent(path -> link.attr("href", path));
                changed |= taken.isPresent();
            }
        }
        return changed ? document.body().html().strip() : text;
    }

    /** Returns the address of a picture. Scripts for lazy loading put it into another attribute. */
    private static String lazy(Element image) {
        String url = image.attr("src");
        for (String attribute : List.of("data-src", "data-lazy-src", "data-orig-src", "data-original")) {
            if ((url.isBlank() || url.startsWith("data:")) && image.hasAttr(attribute)) {
                url = image.attr(attribute);
            }
        }
        return url;
    }

    private boolean isLocalPicture(String folder, String url) {
        return PICTURE.matcher(path(url)).find() && find(folder, url).isPresent();
    }

    /** Stores a picture and returns its path. Otherwise returns empty and reports the reason. */
    private Optional<String> takePicture(String name, String folder, String url) throws IOException {
        if (url.isBlank() || url.startsWith("/media/")) {
            return Optional.empty();
        }
        if (url.startsWith("data:")) {
            report.remark(name, "a picture is written into its text (data:), and was not imported");
            return Optional.empty();
        }
        Optional<String> file = find(folder, url);
        if (file.isEmpty()) {
            report.remark(
                    name,
                    isRemote(url)
                            ? "it shows " + url + ", which was not fetched and stays there"
                            : "it shows " + url + ", which is not among the files");
            return Optional.empty();
        }
        return storePicture(name, file.get());
    }

    private Optional<String> storePicture(String name, String file) throws IOException {
        ArchiveReader files = pack;
        if (files == null) {
            return Optional.empty();
        }
        try (InputStream in = files.read(file)) {
            if (dryRun) {
                pictures.check(in);
                report.picture();
                return Optional.empty();
            }
            String kept = pictures.store(in);
            report.picture();
            return Optional.of(kept);
        } catch (ArchiveException e) {
            report.failed(file, e.getMessage() + " (shown by " + name + ")");
            return Optional.empty();
        }
    }

    private static String path(String url) {
        return ABSOLUTE.matcher(url).replaceFirst("").replaceFirst("(?s)[?#].*", "");
    }

    private Optional<String> find(String folder, String url) {
        ArchiveReader files = pack;
        if (files == null || url.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        Matcher absolute = ABSOLUTE.matcher(url);
        if (absolute.find() && !isOwn(bare(absolute.group(1)))) {
            return Optional.empty();
        }
        String raw = path(url);
        for (String path : List.of(raw, decoded(raw))) {
            for (String variant : List.of(path, SIZED.matcher(path).replaceFirst("$1"))) {
                Optional<String> found = find(files, folder, variant, isRemote(url));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(String host) {
        return hosts.contains(host) || host.endsWith(".files.wordpress.com") || host.matches("i[0-3]\\.wp\\.com");
    }

    private Optional<String> find(ArchiveReader files, String folder, String path, boolean remote) {
        String bare = path.replaceFirst("^/+", "");
        List<String> candidates = new ArrayList<>();
        ROOTS.forEach(root -> candidates.add(root + bare));
        if (!remote) {
            candidates.add(path.startsWith("/") ? candidates.size() : 0, folder + bare);
        }
        for (String candidate : candidates) {
            Optional<String> file = normalized(candidate).filter(files::has);
            if (file.isPresent()) {
                return file;
            }
        }
        return path.startsWith("/") ? bySuffix(files, bare) : Optional.empty();
    }

    /**
     * Finds a file by the end of its path: in a deeper folder, or without its first folders ({@code
     * wp-content/uploads}).
     */
    private Optional<String> bySuffix(ArchiveReader files, String path) {
        List<String> segments = List.of(path.split("/"));
        List<String> same = byName(files).getOrDefault(segments.get(segments.size() - 1), List.of());
        for (int from = 0; from <= 2 && (from == 0 || segments.size() - from >= 2); from++) {
            String suffix = String.join("/", segments.subList(from, segments.size()));
            for (String file : same) {
                if (file.equals(suffix) || file.endsWith("/" + suffix)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, List<String>> byName(ArchiveReader files) {
        Map<String, List<String>> names = byName;
        if (names == null) {
            names = new HashMap<>();
            for (String path : files.paths()) {
                names.computeIfAbsent(path.substring(path.lastIndexOf('/') + 1), unused -> new ArrayList<>())
                        .add(path);
            }
            byName = names;
        }
        return names;
    }

    /** Returns a path without {@code .} and {@code ..}; empty if it leads out of the files. */
    private static Optional<String> normalized(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    return Optional.empty();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return Optional.of(String.join("/", parts));
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
