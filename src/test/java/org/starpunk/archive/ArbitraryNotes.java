package org.starpunk.archive;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ExtraProperties;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** Generators of notes for property tests. */
public final class ArbitraryNotes {

    private ArbitraryNotes() {}

    /**
     * Returns a generator of notes of all kinds.
     *
     * @param urls generator of the addresses of photos and references
     */
    public static Arbitrary<ArchivedNote> notes(Arbitrary<String> urls) {
        Arbitrary<Note.Content> contents = Combinators.combine(
                        texts().injectNull(0.3),
                        texts(),
                        Arbitraries.of(Note.Format.class),
                        texts().list().ofMaxSize(5).map(TagNameRules::tags),
                        Combinators.combine(urls, texts()).as(Photo::new).list().ofMaxSize(3),
                        Arbitraries.of(Note.Status.class),
                        Arbitraries.of(Note.Visibility.class),
                        urls.injectNull(0.5))
                .as((title, text, format, tags, photos, status, visibility, url) ->
                        new Note.Content(title, text, format, tags, photos, status, visibility, url, url, url));
        return Combinators.combine(
                        Combinators.combine(contents, extras()).as(Note.Content::with),
                        Arbitraries.of("tag:example.org,2026:note:", "urn:uuid:", "https://example.org/é?")
                                .flatMap(start -> Arbitraries.longs().map(number -> start + number))
                                .injectNull(0.3),
                        slugs(),
                        slugs().list().ofMaxSize(3),
                        times(),
                        times().injectNull(0.5),
                        times().map(time -> time.withOffsetSameInstant(ZoneOffset.UTC))
                                .injectNull(0.7),
                        texts().injectNull(0.5))
                .as((content, uid, slug, old, published, updated, deleted, preview) ->
                        new ArchivedNote(content, uid, slug, old, published, updated, deleted, preview, true));
    }

    /** Returns a generator of extra properties, flat and nested. */
    private static Arbitrary<ExtraProperties> extras() {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                texts().map(Object.class::cast),
                Arbitraries.integers().map(Object.class::cast),
                Arbitraries.of(true, false, 1.5, -122.68068808051, "", "true", "1.50"));
        Arbitrary<Object> nested = Combinators.combine(texts(), plain.list().ofMaxSize(3))
                .as((name, values) -> Map.of("type", List.of("h-card"), "properties", Map.of(name, values)));
        return Arbitraries.maps(
                        Arbitraries.of("summary", "rsvp", "checkin", "mood", "location", "ünknown"),
                        Arbitraries.oneOf(plain, nested).list().ofMaxSize(3))
                .ofMaxSize(3)
                .map(ExtraProperties::new);
    }

    /**
     * Returns a generator of texts: any script, surrogate pairs, control characters, and syntax of YAML and Markdown.
     */
    public static Arbitrary<String> texts() {
        Arbitrary<String> anything = Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(40)
                .map(points -> points.stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        Arbitrary<String> hostile = Arbitraries.of(
                        "---",
                        "---\n",
                        "\n---\n",
                        "...",
                        "+++",
                        "\r\n",
                        "\r",
                        "\n",
                        "\n\n",
                        " ",
                        "\t",
                        ":",
                        ": ",
                        "#",
                        " #",
                        "- ",
                        "? ",
                        "! ",
                        "!!binary x",
                        "&a",
                        "*a",
                        "|",
                        ">",
                        "|-\n",
                        "%YAML",
                        "@",
                        "`",
                        "'",
                        "\"",
                        "\\",
                        "\\n",
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        "~",
                        "null",
                        "yes",
                        "no",
                        "true",
                        "1e3",
                        "0x1F",
                        "1_000",
                        "2026-11-21",
                        "12:30:45",
                        "<<",
                        "=",
                        "\u0085",
                        "\u2028",
                        "\u2029",
                        "\ufeff",
                        "\u00a0",
                        "\u0001",
                        "\u007f",
                        "\u200f",
                        "😀",
                        "é",
                        "e\u0301",
                        "{{% x %}}",
                        "slug: evil",
                        "Привет",
                        "日本",
                        "\ud83d\udc69\u200d\ud83d\udcbb")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(
                anything,
                hostile,
                Arbitraries.strings().ascii().excludeChars('\0').ofMaxLength(60));
    }

    public static Arbitrary<String> slugs() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('0', '9')
                .ofMinLength(1)
                .ofMaxLength(10)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(words -> String.join("-", words));
    }

    public static Arbitrary<OffsetDateTime> times() {
        return Combinators.combine(
                        Arbitraries.longs().between(-60_000_000_000_000L, 250_000_000_000_000L),
                        Arbitraries.integers().between(-18 * 3600, 18 * 3600))
                .as((millis, offset) -> Instant.ofEpochMilli(millis).atOffset(ZoneOffset.ofTotalSeconds(offset)));
    }
}
