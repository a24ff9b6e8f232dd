package org.starpunk.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.Tag;

/** JSON Feed 1.1. */
final class JsonWriter implements FeedWriter {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    JsonWriter(Writer out) {
        try {
            json = FACTORY.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Work on the stream. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void run(Step step) {
        try {
            step.run();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory took no characters", e);
        }
    }

    @Override
    public void begin(Head head) {
        run(() -> {
            json.writeStartObject();
            json.writeStringField("version", "https://jsonfeed.org/version/1.1");
            json.writeStringField("title", head.title());
            json.writeStringField("home_page_url", head.home());
            json.writeStringField("feed_url", head.self());
            json.writeStringField("description", head.description());
            json.writeStringField("language", head.profile().language());
            authors(head);
            hubs(head.hubs());
            json.writeArrayFieldStart("items");
        });
    }

    private void authors(Head head) throws IOException {
        Profile profile = head.profile();
        json.writeArrayFieldStart("authors");
        json.writeStartObject();
        json.writeStringField("name", head.author());
        json.writeStringField("url", profile.me());
        if (!profile.photo().isEmpty()) {
            boolean own = profile.photo().startsWith("/");
            json.writeStringField("avatar", own ? profile.absolute(profile.photo()) : profile.photo());
        }
        json.writeEndObject();
        json.writeEndArray();
    }

    private void hubs(List<String> hubs) throws IOException {
        if (hubs.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("hubs");
        for (String hub : hubs) {
            json.writeStartObject();
            json.writeStringField("type", "WebSub");
            json.writeStringField("url", hub);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @Override
    public void item(Head head, Note note, List<Enclosure> enclosures) {
        run(() -> {
            json.writeStartObject();
            json.writeStringField("id", note.uid());
            json.writeStringField("url", head.profile().absolute(note.path()));
            String title = Items.title(note);
            if (title != null) {
                json.writeStringField("title", title);
            }
            json.writeStringField("content_html", Items.html(head.profile(), note));
            json.writeStringField(
                    "date_published", date(note.published(head.profile().zone())));
            json.writeStringField("date_modified", date(Items.updated(head.profile(), note)));
            tags(note.content().tags());
            attachments(enclosures);
            json.writeEndObject();
        });
    }

    private void tags(List<Tag> tags) throws IOException {
        if (!tags.isEmpty()) {
            json.writeArrayFieldStart("tags");
            for (Tag tag : tags) {
                json.writeString(tag.name());
            }
            json.writeEndArray();
        }
    }

    private void attachments(List<Enclosure> enclosures) throws IOException {
        if (enclosures.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("attachments");
        for (Enclosure enclosure : enclosures) {
            json.writeStartObject();
            json.writeStringField("url", enclosure.url());
            json.writeStringField("mime_type", enclosure.type());
            if (enclosure.length() != null) {
                json.writeNumberField("size_in_bytes", enclosure.length());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    @Override
    public void end() {
        run(() -> {
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static String date(OffsetDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.truncatedTo(ChronoUnit.SECONDS));
    }
}
