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

/** Reads the posts of a Ghost export. */
final class GhostImportReader {

    private static final String OWN_URL = "__GHOST_URL__";

    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;
    private final Map<String, JsonNode> tags = new HashMap<>();
    private final Map<String, List<String>> tagsOfPosts = new HashMap<>();
    private final Map<String, JsonNode> metas = new HashMap<>();

    GhostImportReader(ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    private static Set<String> tables(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of("db/data/" + name, "data/" + name))
                .collect(Collectors.toSet());
    }

    void read(ImportFileReader.ByteSource source) throws IOException {
        JsonArrayReader.each(source, tables("tags", "posts_tags", "posts_meta"), (array, row) -> {
            String table = array.substring(array.lastIndexOf('/') + 1);
            if (table.equals("tags")) {
                tags.put(row.path("id").asText(), row);
            } else if (table.equals("posts_meta")) {
                metas.put(row.path("post_id").asText(), row);
            } else {
                tagsOfPosts
                        .computeIfAbsent(row.path("post_id").asText(), unused -> new ArrayList<>())
                        .add(row.path("tag_id").asText());
            }
        });
        JsonArrayReader.each(source, tables("posts"), (array, post) -> accept(post));
    }

    private void accept(JsonNode post) throws IOException {
        String slug = JsonArrayReader.text(post, "slug").orElse("");
        String title = JsonArrayReader.text(post, "title").orElse("");
        String name = slug.isEmpty() ? title : slug;
        boolean page = post.path("type").asText("post").equals("page")
                || post.path("page").asBoolean()
                || post.path("page").asInt() == 1;
        if (page) {
            receiver.skip(name, "it is a page, not a post");
            return;
        }
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        JsonNode meta = metas.getOrDefault(post.path("id").asText(), post);
        readVisibility(post, meta, importVisibility);
        if (importVisibility.isLeftOut()) {
            receiver.skip(name, importVisibility.reasons());
            return;
        }
        ImportedItem note = new ImportedItem(name, importVisibility);
        note.title(title.equals("(Untitled)") ? null : title);
        if (!text(post, note)) {
            receiver.fail(name, "its text is only in the format of Ghost's editor");
            return;
        }
        Optional<OffsetDateTime> created = time(post, "created_at");
        note.published(time(post, "published_at")
                        .or(() -> importVisibility.status() == Note.Status.DRAFT ? created : Optional.empty()))
                .updated(time(post, "updated_at"));
        if (!slug.isEmpty()) {
            note.slug(slug).address("/" + slug + "/");
        }
        JsonArrayReader.text(post, "canonical_url").ifPresent(note::address);
        JsonArrayReader.text(post, "feature_image", "image")
                .map(GhostImportReader::rooted)
                .ifPresent(url -> note.photo(
                        url, JsonArrayReader.text(meta, "feature_image_alt").orElse("")));
        tags(post, note);
        receiver.accept(note);
    }

    private static void readVisibility(JsonNode post, JsonNode meta, ImportVisibility importVisibility) {
        importVisibility.word("status", JsonArrayReader.text(post, "status").orElse("none"));
        // Exports from before 2019 have no visibility, because all posts were public.
        JsonArrayReader.text(post, "visibility")
                .ifPresent(visibility -> importVisibility.word("visibility", visibility));
        JsonArrayReader.text(meta, "email_only").ifPresent(only -> importVisibility.fields(Map.of("email_only", only)));
    }

    private static boolean text(JsonNode post, ImportedItem note) {
        Optional<String> html = JsonArrayReader.text(post, "html").map(GhostImportReader::rooted);
        Optional<String> markdown = JsonArrayReader.text(post, "markdown").map(GhostImportReader::rooted);
        Optional<String> plain = JsonArrayReader.text(post, "plaintext");
        if (html.isPresent()) {
            note.text(EmbedLinkReplacer.toLinks(html.get(), note::remark), Note.Format.HTML);
        } else if (markdown.isPresent()) {
            note.text(markdown.get(), Note.Format.MARKDOWN);
        } else if (plain.isPresent()) {
            note.text(plain.get(), Note.Format.TEXT);
            note.remark("only its plain text is in the export");
        } else {
            return JsonArrayReader.text(post, "lexical", "mobiledoc").isEmpty();
        }
        return true;
    }

    private static String rooted(String text) {
        return text.replace(OWN_URL, "");
    }

    private void tags(JsonNode post, ImportedItem note) {
        for (String id : tagsOfPosts.getOrDefault(post.path("id").asText(), List.of())) {
            JsonNode tag = tags.getOrDefault(id, MissingNode.getInstance());
            String name = tag.path("name").asText();
            if (!tag.path("visibility").asText().equals("internal") && !name.startsWith("#")) {
                note.tags(List.of(name));
            }
        }
    }

    /** Returns a time. Ghost writes times in UTC, as text or in milliseconds. */
    private Optional<OffsetDateTime> time(JsonNode post, String name) {
        JsonNode value = post.path(name);
        return value.isNumber()
                ? LenientDateTimeParser.ofEpoch(value.asLong(), ZoneOffset.UTC)
                : JsonArrayReader.text(post, name)
                        .flatMap(written -> LenientDateTimeParser.read(written, ZoneOffset.UTC));
    }
}
