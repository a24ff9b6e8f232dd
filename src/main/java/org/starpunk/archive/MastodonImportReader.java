package org.starpunk.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.Note;

/**
 * Reads the posts of an ActivityPub outbox in a Mastodon archive. The addressees determine the visibility of a post.
 */
final class MastodonImportReader {

    private static final Set<String> PUBLIC =
            Set.of("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public");
    private static final Set<String> POSTS = Set.of("Note", "Question", "Article");

    private final ZoneId zone;
    private final Instant now;
    private final ImportedItemHandler receiver;

    MastodonImportReader(ZoneId zone, Instant now, ImportedItemHandler receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    void read(ImportFileReader.ByteSource source) throws IOException {
        int[] addresses = {0};
        JsonArrayReader.each(source, Set.of("orderedItems"), (array, activity) -> {
            if (activity.isObject()) {
                accept(activity);
            } else {
                addresses[0]++;
            }
        });
        if (addresses[0] > 0) {
            receiver.skip("", "it has only the addresses of posts: " + addresses[0]);
        }
    }

    private void accept(JsonNode activity) throws IOException {
        JsonNode object = activity.path("object");
        String type = activity.path("type").asText();
        String name = JsonArrayReader.text(object, "url", "id")
                .or(() -> JsonArrayReader.text(activity, "id"))
                .orElse("an activity");
        if (type.equals("Announce")) {
            receiver.skip(name, "it is a boost of " + (object.isTextual() ? object.asText() : name));
            return;
        }
        if (!type.equals("Create") || !POSTS.contains(object.path("type").asText())) {
            receiver.skip(name, "it is an activity of the type " + type + ", not a post");
            return;
        }
        ImportVisibility importVisibility = new ImportVisibility(now, zone);
        address(activity, object, importVisibility);
        importVisibility.fields(Map.of("localonly", object.path("localOnly").asText("false")));
        if (importVisibility.isLeftOut()) {
            receiver.skip(name, importVisibility.reasons());
            return;
        }
        receiver.accept(note(name, activity, object, importVisibility));
    }

    /** Applies the stricter visibility of the activity and of its object. */
    private static void address(JsonNode activity, JsonNode object, ImportVisibility importVisibility) {
        int addressed = 0;
        for (JsonNode sent : List.of(activity, object)) {
            List<String> to = texts(sent.path("to"));
            List<String> cc = texts(sent.path("cc"));
            if (to.isEmpty() && cc.isEmpty()) {
                continue;
            }
            addressed++;
            if (to.stream().anyMatch(PUBLIC::contains)) {
                continue;
            }
            if (cc.stream().anyMatch(PUBLIC::contains)) {
                importVisibility.restrict(Note.Visibility.UNLISTED, "it was unlisted");
            } else if (to.stream().anyMatch(address -> address.endsWith("/followers"))) {
                importVisibility.restrict(Note.Visibility.PRIVATE, "it was for followers only");
            } else {
                importVisibility.leaveOut("it is a direct message");
            }
        }
        if (addressed == 0) {
            importVisibility.leaveOut("it has no addressees");
        }
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isTextual()) {
            texts.add(node.asText());
        }
        if (node.isArray()) {
            node.forEach(element -> texts.add(element.asText()));
        }
        return texts;
    }

    private ImportedItem note(String name, JsonNode activity, JsonNode object, ImportVisibility importVisibility) {
        ImportedItem note = new ImportedItem(name, importVisibility);
        note.text(JsonArrayReader.text(object, "content").orElse("") + poll(object), Note.Format.HTML);
        note.title(JsonArrayReader.text(object, "name", "summary").orElse(null));
        note.published(time(object, "published").or(() -> time(activity, "published")))
                .updated(time(object, "updated"));
        note.inReplyTo(JsonArrayReader.text(object, "inReplyTo").filter(url -> url.matches("https?://\\S+")));
        JsonArrayReader.text(object, "url").ifPresent(note::address);
        JsonArrayReader.text(object, "id").ifPresent(note::address);
        object.path("tag").forEach(tag -> {
            if (tag.path("type").asText().equals("Hashtag")) {
                note.tags(List.of(tag.path("name").asText()));
            }
        });
        if (object.path("sensitive").asBoolean() && object.path("attachment").size() > 0) {
            note.remark("its pictures were marked as sensitive");
        }
        object.path("attachment").forEach(attachment -> attachment(attachment, note));
        return note;
    }

    private static void attachment(JsonNode attachment, ImportedItem note) {
        String url = JsonArrayReader.text(attachment, "url", "href").orElse("");
        String alt = JsonArrayReader.text(attachment, "name").orElse("");
        if (attachment.path("mediaType").asText().startsWith("image/")) {
            note.photo(url, alt);
        } else {
            note.remark("it has the file " + url + ", which is not a picture and was not imported");
        }
    }

    /** Returns the options of a poll with their votes, as HTML. */
    private static String poll(JsonNode object) {
        JsonNode options = object.has("oneOf") ? object.path("oneOf") : object.path("anyOf");
        if (options.isEmpty()) {
            return "";
        }
        StringBuilder list = new StringBuilder("<ul>");
        options.forEach(option -> {
            int votes = option.path("replies").path("totalItems").asInt();
            list.append("<li>")
                    .append(HtmlEscaper.escape(option.path("name").asText()))
                    .append(" (")
                    .append(votes)
                    .append(")</li>");
        });
        return list.append("</ul>").toString();
    }

    private Optional<OffsetDateTime> time(JsonNode object, String name) {
        return JsonArrayReader.text(object, name).flatMap(written -> LenientDateTimeParser.read(written, zone));
    }
}
