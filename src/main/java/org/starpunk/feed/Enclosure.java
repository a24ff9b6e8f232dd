package org.starpunk.feed;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;

/**
 * Picture, sound or video of a note, as a feed announces it.
 *
 * @param url absolute URL
 * @param type media type
 * @param length size in bytes; null for a file of another site
 */
record Enclosure(String url, String type, @Nullable Long length) {

    /** Media types by file extension. Feeds omit other files, because each format requires a media type. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("png", "image/png"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("m4a", "audio/mp4"),
            Map.entry("aac", "audio/aac"),
            Map.entry("oga", "audio/ogg"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("opus", "audio/ogg"),
            Map.entry("flac", "audio/flac"),
            Map.entry("wav", "audio/wav"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("m4v", "video/mp4"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("webm", "video/webm"),
            Map.entry("ogv", "video/ogg"));

    /** Returns the sizes of the site's own files in the notes, in bytes, by path. */
    static Future<Map<String, Long>> sizes(FeedDependencies site, List<Note> notes) {
        return site.sizes()
                .of(notes.stream()
                        .flatMap(Enclosure::urls)
                        .filter(url -> url.startsWith("/"))
                        .toList());
    }

    /**
     * Returns the enclosures of a note.
     *
     * @param sizes sizes of the site's own files in bytes, by path
     */
    static List<Enclosure> of(Profile profile, Note note, Map<String, Long> sizes) {
        List<Enclosure> enclosures = new ArrayList<>();
        urls(note).distinct().forEach(url -> {
            String type = type(url);
            if (type != null) {
                enclosures.add(new Enclosure(absolute(profile, url), type, sizes.get(url)));
            }
        });
        return enclosures;
    }

    private static Stream<String> urls(Note note) {
        return Stream.concat(
                note.content().photos().stream().map(Photo::url),
                Stream.of("audio", "video")
                        .flatMap(name -> note.content().extra().all(name).stream())
                        .map(value -> value instanceof Map<?, ?> object ? object.get("value") : value)
                        .filter(value -> value instanceof String text && text.matches("https?://.*|/[^/].*"))
                        .map(String.class::cast));
    }

    static String absolute(Profile profile, String url) {
        return url.startsWith("/") ? profile.absolute(url) : url;
    }

    private static @Nullable String type(String url) {
        String path = url.replaceFirst("(?s)[?#].*", "").toLowerCase(Locale.ROOT);
        return TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    }
}
