package org.starpunk.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.starpunk.note.Note;

/** The posts of Ghost's export. */
final class GhostFile {

    private static final String OWN_URL = "__GHOST_URL__";

    private final ZoneId zone;
    private final Instant now;
    private final ItemReceiver receiver;
    private final Map<String, JsonNode> tags = new HashMap<>();
    private final Map<String, List<String>> tagsOfPosts = new HashMap<>();
    private final Map<String, JsonNode> metas = new HashMap<>();

    GhostFile(ZoneId zone, Instant now, ItemReceiver receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    private static Set<String> tables(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of("db/data/" + name, "data/" + name))
                .collect(Collectors.toSet());
    }

    void read(ItemFile.Source source) throws IOException {
        JsonItems.each(source, tables("tags", "posts_tags", "posts_meta"), (array, row) -> {
            String table = array.substring(array.lastIndexOf('/') + 1);
            if (table.equals("tags")) {
                tags.put(row.path("id").asText(), row);
            } else if (table.equals("posts_meta")) {
                metas.put(row.path("post_id").asText(), row);
            } else {
                tagsOfPosts
                        .computeIfAbsent(row.path("post_id").asText(), any -> new ArrayList<>())
                        .add(row.path("tag_id").asText());
            }
        });
        JsonItems.each(source, tables("posts"), (array, post) -> take(post));
    }

    private void take(JsonNode post) throws IOException {
        String slug = JsonItems.text(post, "slug").orElse("");
        String title = JsonItems.text(post, "title").orElse("");
        String name = slug.isEmpty() ? title : slug;
        boolean page = post.path("type").asText("post").equals("page")
                || post.path("page").asBoolean()
                || post.path("page").asInt() == 1;
        if (page) {
            receiver.skip(name, "it is a page, and no post");
            return;
        }
        Disclosure disclosure = new Disclosure(now, zone);
        JsonNode meta = metas.getOrDefault(post.path("id").asText(), post);
        disclose(post, meta, disclosure);
        if (disclosure.isLeftOut()) {
            receiver.skip(name, disclosure.reasons());
            return;
        }
        ForeignNote note = new ForeignNote(name, disclosure);
        note.title(title.equals("(Untitled)") ? null : title);
        if (!text(post, note)) {
            receiver.fail(name, "its text is only in the format of Ghost's editor");
            return;
        }
        Optional<OffsetDateTime> created = time(post, "created_at");
        note.published(time(post, "published_at")
                        .or(() -> disclosure.status() == Note.Status.DRAFT ? created : Optional.empty()))
                .updated(time(post, "updated_at"));
        if (!slug.isEmpty()) {
            note.slug(slug).address("/" + slug + "/");
        }
        JsonItems.text(post, "canonical_url").ifPresent(note::address);
        JsonItems.text(post, "feature_image", "image")
                .map(GhostFile::rooted)
                .ifPresent(url -> note.photo(
                        url, JsonItems.text(meta, "feature_image_alt").orElse("")));
        tags(post, note);
        receiver.take(note);
    }

    private static void disclose(JsonNode post, JsonNode meta, Disclosure disclosure) {
        disclosure.word("status", JsonItems.text(post, "status").orElse("none"));
        // Exports of before 2019 do not know it: then all posts were for everyone.
        JsonItems.text(post, "visibility").ifPresent(visibility -> disclosure.word("visibility", visibility));
        JsonItems.text(meta, "email_only").ifPresent(only -> disclosure.fields(Map.of("email_only", only)));
    }

    private static boolean text(JsonNode post, ForeignNote note) {
        Optional<String> html = JsonItems.text(post, "html").map(GhostFile::rooted);
        Optional<String> markdown = JsonItems.text(post, "markdown").map(GhostFile::rooted);
        Optional<String> plain = JsonItems.text(post, "plaintext");
        if (html.isPresent()) {
            note.text(Embeds.toLinks(html.get(), note::remark), Note.Format.HTML);
        } else if (markdown.isPresent()) {
            note.text(markdown.get(), Note.Format.MARKDOWN);
        } else if (plain.isPresent()) {
            note.text(plain.get(), Note.Format.TEXT);
            note.remark("only its plain text is in the export");
        } else {
            return JsonItems.text(post, "lexical", "mobiledoc").isEmpty();
        }
        return true;
    }

    private static String rooted(String text) {
        return text.replace(OWN_URL, "");
    }

    private void tags(JsonNode post, ForeignNote note) {
        for (String id : tagsOfPosts.getOrDefault(post.path("id").asText(), List.of())) {
            JsonNode tag = tags.getOrDefault(id, MissingNode.getInstance());
            String name = tag.path("name").asText();
            if (!tag.path("visibility").asText().equals("internal") && !name.startsWith("#")) {
                note.tags(List.of(name));
            }
        }
    }

    /** Ghost writes times in UTC, as text or in milliseconds. */
    private Optional<OffsetDateTime> time(JsonNode post, String name) {
        JsonNode value = post.path(name);
        return value.isNumber()
                ? Times.ofEpoch(value.asLong(), ZoneOffset.UTC)
                : JsonItems.text(post, name).flatMap(written -> Times.read(written, ZoneOffset.UTC));
    }
}
