package org.starpunk.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Static files of the program, {@code webroot/} in the jar: style sheets, scripts, icons. They are few and small, so
 * they are cached in memory after the first read. A file with the same name in the author's folder replaces one of
 * them. Pages link them by URLs that change with the content.
 */
public final class StaticAssets {

    private static final Pattern SAFE =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*+/)*+[A-Za-z0-9_-][A-Za-z0-9._-]*");

    /** Author's style sheet. Every public page links it after the site's own, so that its rules take precedence. */
    private static final String THEME = "theme.css";

    /** Style sheets of the composer's preview, which are computed from the two others and are not files. */
    private static final String PREVIEW = "css/preview.css";

    private static final String PREVIEW_THEME = "css/preview-theme.css";
    private static final String SITE = "css/site.css";
    private static final String PREVIEW_SCOPE = ".preview";
    private static final BigDecimal FONT_SIZE = BigDecimal.valueOf(16);

    private static final long MAX_THEME = 1_000_000;

    private final Path folder;
    private final Map<String, StaticAsset> assets = new ConcurrentHashMap<>();
    private volatile String theme = "";
    private volatile String themeSeen = "";

    /**
     * @param folder folder of the author's files, which may be missing
     */
    public StaticAssets(Path folder) {
        this.folder = folder;
    }

    /** Returns whether a path contains neither hidden files nor empty or parent segments. */
    public static boolean isPlain(String path) {
        return SAFE.matcher(path).matches();
    }

    /**
     * Returns the URL of a file, {@code /static/css/site.css?v=1a2b3c…}. The content at a URL never changes. Blocks at
     * the first use of a file.
     *
     * @throws IllegalArgumentException if the file does not exist
     */
    public String link(String path) {
        StaticAsset asset = find(path).orElseThrow(() -> new IllegalArgumentException("no static file " + path));
        return "/static/" + path + "?v=" + asset.hash();
    }

    /** Returns a file from the cache. Never blocks. */
    public Optional<StaticAsset> cached(String path) {
        return Optional.ofNullable(assets.get(path));
    }

    /**
     * Returns one of the program's files or its replacement by the author; empty if the program has no file with this
     * path. Blocks at the first use of a file.
     */
    public Optional<StaticAsset> find(String path) {
        StaticAsset known = assets.get(path);
        if (known != null || !isPlain(path)) {
            return Optional.ofNullable(known);
        }
        Optional<StaticAsset> read = read(path);
        read.ifPresent(asset -> assets.put(path, asset));
        return read;
    }

    /**
     * Returns the URL of the author's style sheet, {@code static/theme.css} in the data directory; empty if there is
     * none.
     */
    public String theme() {
        return theme;
    }

    /** Returns the URLs of the style sheets that make a preview look like a public page. */
    public List<String> previewStyles() {
        return cached(PREVIEW_THEME).isPresent() ? List.of(link(PREVIEW), link(PREVIEW_THEME)) : List.of(link(PREVIEW));
    }

    private byte[] scoped(byte[] css) {
        BigDecimal size = read(SITE)
                .map(site -> ScopedStyles.rootSize(site.text(), FONT_SIZE))
                .orElse(FONT_SIZE);
        return ScopedStyles.of(new String(css, StandardCharsets.UTF_8), PREVIEW_SCOPE, size)
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the author's style sheet again if it has changed. Blocks.
     *
     * @return whether the style sheet has changed
     */
    public boolean refreshTheme() {
        Path file = folder.resolve(THEME);
        try {
            boolean there = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_THEME;
            String seen = there ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "";
            if (seen.equals(themeSeen)) {
                return false;
            }
            if (there) {
                byte[] bytes = Files.readAllBytes(file);
                assets.put(THEME, StaticAsset.of(THEME, bytes));
                assets.put(PREVIEW_THEME, StaticAsset.of(PREVIEW_THEME, scoped(bytes)));
                theme = link(THEME);
            } else {
                theme = "";
                assets.remove(THEME);
                assets.remove(PREVIEW_THEME);
            }
            themeSeen = seen;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the author's style sheet " + file, e);
        }
    }

    /**
     * Returns whether a path is a regular file inside the author's folder. A symbolic link to a file outside the folder
     * is not accepted. Blocks.
     *
     * @param file path below the folder
     */
    public boolean isOwn(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && file.toRealPath().startsWith(folder.toRealPath());
    }

    private Optional<StaticAsset> read(String path) {
        if (path.equals(PREVIEW)) {
            return read(SITE)
                    .map(site -> StaticAsset.of(path, scoped(site.text().getBytes(StandardCharsets.UTF_8))));
        }
        try (InputStream bundled = StaticAssets.class.getResourceAsStream("/webroot/" + path)) {
            if (bundled == null) {
                return Optional.empty();
            }
            Path own = folder.resolve(path);
            boolean replaced = isOwn(own);
            return Optional.of(StaticAsset.of(path, replaced ? Files.readAllBytes(own) : bundled.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("static file " + path, e);
        }
    }
}
