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

/** Writes a feed in JSON Feed 1.1. */
final class JsonFeedWriter implements FeedWriter {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator json;

    JsonFeedWriter(Writer out) {
        try {
            json = FACTORY.createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Operation on the JSON generator. */
    @FunctionalInterface
    private interface JsonStep {
        void run() throws IOException;
    }

    private void run(JsonStep step) {
        try {
            step.run();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write JSON to memory", e);
        }
    }

    @Override
    public void begin(FeedMetadata metadata) {
        run(() -> {
            json.writeStartObject();
            json.writeStringField("version", "https://jsonfeed.org/version/1.1");
            json.writeStringField("title", metadata.title());
            json.writeStringField("home_page_url", metadata.home());
            json.writeStringField("feed_url", metadata.self());
            json.writeStringField("description", metadata.description());
            json.writeStringField("language", metadata.profile().language());
            authors(metadata);
            hubs(metadata.hubs());
            json.writeArrayFieldStart("items");
        });
    }

    private void authors(FeedMetadata metadata) throws IOException {
        Profile profile = metadata.profile();
        json.writeArrayFieldStart("authors");
        json.writeStartObject();
        json.writeStringField("name", metadata.author());
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
    public void item(FeedMetadata metadata, Note note, List<Enclosure> enclosures) {
        run(() -> {
            json.writeStartObject();
            json.writeStringField("id", note.uid());
            json.writeStringField("url", metadata.profile().absolute(note.path()));
            String title = FeedItemFields.title(note);
            if (title != null) {
                json.writeStringField("title", title);
            }
            json.writeStringField("content_html", FeedItemFields.html(metadata.profile(), note));
            json.writeStringField(
                    "date_published", date(note.published(metadata.profile().zone())));
            json.writeStringField("date_modified", date(FeedItemFields.updated(metadata.profile(), note)));
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
