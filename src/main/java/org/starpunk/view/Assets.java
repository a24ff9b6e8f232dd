package org.starpunk.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The static files that the program brings along, {@code webroot/} in the jar: style sheets, scripts, icons. They are few and
 * small, so they are kept in memory once read. A file of the same name in the author's own folder stands in for one of them. Pages
 * link them by an address that changes with their content.
 */
public final class Assets {

    private static final Pattern SAFE =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

    /** The author's own style sheet: every public page has it behind the site's own, so what it says counts. */
    private static final String THEME = "theme.css";

    private static final long MAX_THEME = 1_000_000;

    private final Path folder;
    private final Map<String, Asset> assets = new ConcurrentHashMap<>();
    private volatile String theme = "";
    private volatile String themeSeen = "";

    /** @param folder where the author's own files are; it need not exist */
    public Assets(Path folder) {
        this.folder = folder;
    }

    /** Whether a path is a plain one: no hidden file, no empty step, no step upwards. */
    public static boolean isPlain(String path) {
        return SAFE.matcher(path).matches();
    }

    /** The address of a file, {@code /static/css/site.css?v=1a2b3c…}: what it names never changes. Blocks at a file's first use. */
    public String link(String path) {
        Asset asset = find(path).orElseThrow(() -> new IllegalArgumentException("no static file " + path));
        return "/static/" + path + "?v=" + asset.hash();
    }

    /** A file that was read before; never blocks. */
    public Optional<Asset> cached(String path) {
        return Optional.ofNullable(assets.get(path));
    }

    /** One of the program's files, or what the author put in its place; empty when it has none of that path. Blocks at its first use. */
    public Optional<Asset> find(String path) {
        Asset known = assets.get(path);
        if (known != null || !isPlain(path)) {
            return Optional.ofNullable(known);
        }
        Optional<Asset> read = read(path);
        read.ifPresent(asset -> assets.put(path, asset));
        return read;
    }

    /** The address of the author's style sheet, {@code static/theme.css} in the data directory; empty when there is none. */
    public String theme() {
        return theme;
    }

    /** Reads the author's style sheet again if it is another than before; says whether it is. Blocks. */
    public boolean refreshTheme() {
        Path file = folder.resolve(THEME);
        try {
            boolean there = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_THEME;
            String seen = there ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "";
            if (seen.equals(themeSeen)) {
                return false;
            }
            if (there) {
                assets.put(THEME, Asset.of(THEME, Files.readAllBytes(file)));
                theme = link(THEME);
            } else {
                theme = "";
                assets.remove(THEME);
            }
            themeSeen = seen;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("the author's style sheet " + file, e);
        }
    }

    private Optional<Asset> read(String path) {
        try (InputStream bundled = Assets.class.getResourceAsStream("/webroot/" + path)) {
            if (bundled == null) {
                return Optional.empty();
            }
            Path own = folder.resolve(path);
            boolean replaced = Files.isRegularFile(own, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(Asset.of(path, replaced ? Files.readAllBytes(own) : bundled.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("static file " + path, e);
        }
    }
}
