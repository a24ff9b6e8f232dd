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

/** An export in JSON: of Ghost, of Mastodon (ActivityPub), or a JSON Feed, as Micro.blog writes it. */
final class JsonFile {

    private final ZoneId zone;
    private final Instant now;
    private final ItemReceiver receiver;

    private JsonFile(ZoneId zone, Instant now, ItemReceiver receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    /** Reads a file. False when it is none of them. */
    static boolean read(ItemFile.Source source, ZoneId zone, Instant now, ItemReceiver receiver) throws IOException {
        boolean[] ghost = {false};
        Set<String> posts = Set.of("db/data/posts", "data/posts");
        Map<String, String> fields = JsonItems.each(source, posts, (array, post) -> ghost[0] = true);
        if (ghost[0]) {
            new GhostFile(zone, now, receiver).read(source);
            return true;
        }
        if (fields.containsKey("orderedItems")) {
            new MastodonFile(zone, now, receiver).read(source);
            return true;
        }
        if (fields.containsKey("items") && fields.getOrDefault("version", "").contains("jsonfeed.org")) {
            JsonFile feed = new JsonFile(zone, now, receiver);
            JsonItems.each(source, Set.of("items"), (array, item) -> feed.take(item));
            return true;
        }
        return false;
    }

    private void take(JsonNode item) throws IOException {
        String name = JsonItems.text(item, "url", "id", "title").orElse("an item");
        Disclosure disclosure = new Disclosure(now, zone);
        disclosure.fields(said(item));
        if (disclosure.isLeftOut()) {
            receiver.skip(name, disclosure.reasons());
            return;
        }
        ForeignNote note = new ForeignNote(name, disclosure);
        Optional<String> html = JsonItems.text(item, "content_html");
        String text =
                html.or(() -> JsonItems.text(item, "content_text", "summary")).orElse("");
        note.text(
                html.isPresent() ? Embeds.toLinks(text, note::remark) : text,
                html.isPresent() ? Note.Format.HTML : Note.Format.TEXT);
        note.title(JsonItems.text(item, "title")
                .filter(title -> !FeedFile.isBeginning(title, text))
                .orElse(null));
        note.published(time(item, "date_published").or(() -> time(item, "date_modified")))
                .updated(time(item, "date_modified"));
        item.path("tags").forEach(tag -> note.tags(List.of(tag.asText())));
        JsonItems.text(item, "url").ifPresent(url -> note.address(url).slug(FeedFile.lastPart(url)));
        List<String> pictures = new ArrayList<>();
        JsonItems.text(item, "image").ifPresent(pictures::add);
        item.path("attachments").forEach(attachment -> {
            String url = JsonItems.text(attachment, "url").orElse("");
            if (JsonItems.text(attachment, "mime_type").orElse("").startsWith("image/")) {
                pictures.add(url);
            } else if (!url.isEmpty()) {
                note.remark("it has the file " + url + ", which was not fetched");
            }
        });
        pictures.stream().distinct().filter(url -> !note.text().contains(url)).forEach(url -> note.photo(url, ""));
        receiver.take(note);
    }

    /** What the fields say that are texts or booleans, those of extensions ({@code _microblog}) included. */
    private static Map<String, Object> said(JsonNode item) {
        Map<String, Object> said = new LinkedHashMap<>();
        item.properties().forEach(field -> {
            if (field.getKey().startsWith("_") && field.getValue().isObject()) {
                said.putAll(said(field.getValue()));
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
        return JsonItems.text(item, name).flatMap(written -> Times.read(written, zone));
    }
}
