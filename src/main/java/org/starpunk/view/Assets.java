package org.starpunk.view;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The static files that the program brings along, {@code webroot/} in the jar: style sheets, scripts, icons. They are few and
 * small, so they are kept in memory once read. Pages link them by an address that changes with their content.
 */
public final class Assets {

    private static final Pattern SAFE =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");
    private static final int HASH_LENGTH = 12;

    private final Map<String, Asset> assets = new ConcurrentHashMap<>();

    /**
     * A file.
     *
     * @param body its bytes; not to be changed
     * @param hash the first digits of the SHA-256 of its bytes
     */
    public record Asset(Buffer body, String hash) {}

    /** The address of a file, {@code /static/css/site.css?v=1a2b3c…}: what it names never changes. Blocks at a file's first use. */
    public String link(String path) {
        Asset asset = find(path).orElseThrow(() -> new IllegalArgumentException("no static file " + path));
        return "/static/" + path + "?v=" + asset.hash();
    }

    /** A file that was read before; never blocks. */
    public Optional<Asset> cached(String path) {
        return Optional.ofNullable(assets.get(path));
    }

    /** A file by its path below {@code webroot/}; empty when there is none, or the path is no plain one. Blocks at its first use. */
    public Optional<Asset> find(String path) {
        Asset known = assets.get(path);
        if (known != null || !SAFE.matcher(path).matches()) {
            return Optional.ofNullable(known);
        }
        Optional<Asset> read = read(path);
        read.ifPresent(asset -> assets.put(path, asset));
        return read;
    }

    private static Optional<Asset> read(String path) {
        try (InputStream file = Assets.class.getResourceAsStream("/webroot/" + path)) {
            if (file == null) {
                return Optional.empty();
            }
            byte[] bytes = file.readAllBytes();
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, HASH_LENGTH);
            return Optional.of(new Asset(Buffer.buffer(bytes), hash));
        } catch (IOException e) {
            throw new UncheckedIOException("static file " + path, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
