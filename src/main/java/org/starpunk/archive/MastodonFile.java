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
import org.starpunk.note.Html;
import org.starpunk.note.Note;

/** The posts of an ActivityPub outbox, as Mastodon's archive has it. Who may see one follows from whom it was addressed to. */
final class MastodonFile {

    private static final Set<String> PUBLIC =
            Set.of("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public");
    private static final Set<String> POSTS = Set.of("Note", "Question", "Article");

    private final ZoneId zone;
    private final Instant now;
    private final ItemReceiver receiver;

    MastodonFile(ZoneId zone, Instant now, ItemReceiver receiver) {
        this.zone = zone;
        this.now = now;
        this.receiver = receiver;
    }

    void read(ItemFile.Source source) throws IOException {
        int[] addresses = {0};
        JsonItems.each(source, Set.of("orderedItems"), (array, activity) -> {
            if (activity.isObject()) {
                take(activity);
            } else {
                addresses[0]++;
            }
        });
        if (addresses[0] > 0) {
            receiver.skip("", "it has only the addresses of posts: " + addresses[0]);
        }
    }

    private void take(JsonNode activity) throws IOException {
        JsonNode object = activity.path("object");
        String type = activity.path("type").asText();
        String name = JsonItems.text(object, "url", "id")
                .or(() -> JsonItems.text(activity, "id"))
                .orElse("an activity");
        if (type.equals("Announce")) {
            receiver.skip(name, "it is a boost of " + (object.isTextual() ? object.asText() : name));
            return;
        }
        if (!type.equals("Create") || !POSTS.contains(object.path("type").asText())) {
            receiver.skip(name, "it is an activity of the type " + type + ", and no post");
            return;
        }
        Disclosure disclosure = new Disclosure(now, zone);
        address(activity, object, disclosure);
        disclosure.fields(Map.of("localonly", object.path("localOnly").asText("false")));
        if (disclosure.isLeftOut()) {
            receiver.skip(name, disclosure.reasons());
            return;
        }
        receiver.take(note(name, activity, object, disclosure));
    }

    /** The stricter of the addressees of the activity and of its object. */
    private static void address(JsonNode activity, JsonNode object, Disclosure disclosure) {
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
                disclosure.limit(Note.Visibility.UNLISTED, "it was unlisted");
            } else if (to.stream().anyMatch(address -> address.endsWith("/followers"))) {
                disclosure.limit(Note.Visibility.PRIVATE, "it was for followers only");
            } else {
                disclosure.leaveOut("it is a direct message");
            }
        }
        if (addressed == 0) {
            disclosure.leaveOut("it does not say whom it was for");
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

    private ForeignNote note(String name, JsonNode activity, JsonNode object, Disclosure disclosure) {
        ForeignNote note = new ForeignNote(name, disclosure);
        note.text(JsonItems.text(object, "content").orElse("") + poll(object), Note.Format.HTML);
        note.title(JsonItems.text(object, "name", "summary").orElse(null));
        note.published(time(object, "published").or(() -> time(activity, "published")))
                .updated(time(object, "updated"));
        note.inReplyTo(JsonItems.text(object, "inReplyTo").filter(url -> url.matches("https?://\\S+")));
        JsonItems.text(object, "url").ifPresent(note::address);
        JsonItems.text(object, "id").ifPresent(note::address);
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

    private static void attachment(JsonNode attachment, ForeignNote note) {
        String url = JsonItems.text(attachment, "url", "href").orElse("");
        String alt = JsonItems.text(attachment, "name").orElse("");
        if (attachment.path("mediaType").asText().startsWith("image/")) {
            note.photo(url, alt);
        } else {
            note.remark("it has the file " + url + ", which is no picture and was not taken");
        }
    }

    /** The answers that a poll offered. */
    private static String poll(JsonNode object) {
        JsonNode options = object.has("oneOf") ? object.path("oneOf") : object.path("anyOf");
        if (options.isEmpty()) {
            return "";
        }
        StringBuilder list = new StringBuilder("<ul>");
        options.forEach(option -> {
            int votes = option.path("replies").path("totalItems").asInt();
            list.append("<li>")
                    .append(Html.escape(option.path("name").asText()))
                    .append(" (")
                    .append(votes)
                    .append(")</li>");
        });
        return list.append("</ul>").toString();
    }

    private Optional<OffsetDateTime> time(JsonNode object, String name) {
        return JsonItems.text(object, name).flatMap(written -> Times.read(written, zone));
    }
}
