package org.starpunk.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.starpunk.note.Note;

/** Reads an export in JSON: of Ghost, of Mastodon (ActivityPub), or a JSON Feed, which Micro.blog writes. */
final class JsonImportReader {

    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;

    private JsonImportReader(ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    /**
     * Reads a file.
     *
     * @return false if the format is unknown
     */
    static boolean read(ImportFileReader.ByteSource source, ZoneId zone, Instant now, ImportedItemHandler receiver)
            throws IOException {
        boolean[] ghost = {false};
        Set<String> posts = Set.of("db/data/posts", "data/posts");
        Map<String, String> fields = JsonArrayReader.each(source, posts, (array, post) -> ghost[0] = true);
        if (ghost[0]) {
            new GhostImportReader(zone, now, receiver).read(source);
            return true;
        }
        if (fields.containsKey("orderedItems")) {
            new MastodonImportReader(zone, now, receiver).read(source);
            return true;
        }
        if (fields.containsKey("items") && fields.getOrDefault("version", "").contains("jsonfeed.org")) {
            JsonImportReader feed = new JsonImportReader(zone, now, receiver);
            JsonArrayReader.each(source, Set.of("items"), (array, item) -> feed.accept(item));
            return true;
        }
        return false;
    }

    private void accept(JsonNode item) throws IOException {
        String name = JsonArrayReader.text(item, "url", "id", "title").orElse("an item");
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        importVisibility.fields(visibilityFields(item));
        if (importVisibility.isLeftOut()) {
            receiver.skip(name, importVisibility.reasons());
            return;
        }
        ImportedItem note = new ImportedItem(name, importVisibility);
        Optional<String> html = JsonArrayReader.text(item, "content_html");
        String text = html.or(() -> JsonArrayReader.text(item, "content_text", "summary"))
                .orElse("");
        note.text(
                html.isPresent() ? EmbedLinkReplacer.toLinks(text, note::remark) : text,
                html.isPresent() ? Note.Format.HTML : Note.Format.TEXT);
        note.title(JsonArrayReader.text(item, "title")
                .filter(title -> !FeedImportReader.isBeginning(title, text))
                .orElse(null));
        note.published(time(item, "date_published").or(() -> time(item, "date_modified")))
                .updated(time(item, "date_modified"));
        item.path("tags").forEach(tag -> note.tags(List.of(tag.asText())));
        JsonArrayReader.text(item, "url").ifPresent(url -> note.address(url).slug(FeedImportReader.lastPart(url)));
        List<String> pictures = new ArrayList<>();
        JsonArrayReader.text(item, "image").ifPresent(pictures::add);
        item.path("attachments").forEach(attachment -> {
            String url = JsonArrayReader.text(attachment, "url").orElse("");
            if (JsonArrayReader.text(attachment, "mime_type").orElse("").startsWith("image/")) {
                pictures.add(url);
            } else if (!url.isEmpty()) {
                note.remark("it has the file " + url + ", which was not fetched");
            }
        });
        pictures.stream().distinct().filter(url -> !note.text().contains(url)).forEach(url -> note.photo(url, ""));
        receiver.accept(note);
    }

    /** Returns the fields with texts or booleans, including those of extensions ({@code _microblog}). */
    private static Map<String, Object> visibilityFields(JsonNode item) {
        Map<String, Object> said = new LinkedHashMap<>();
        item.properties().forEach(field -> {
            if (field.getKey().startsWith("_") && field.getValue().isObject()) {
                said.putAll(visibilityFields(field.getValue()));
            }
        });
        FrontMatter.plainFields(item).forEach((name, value) -> {
            if (value instanceof String) {
                said.put(name, value);
            }
        });
        return said;
    }

    private Optional<OffsetDateTime> time(JsonNode item, String name) {
        return JsonArrayReader.text(item, name).flatMap(written -> LenientDateTimeParser.read(written, zone));
    }
}
