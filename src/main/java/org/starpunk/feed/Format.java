package org.starpunk.feed;

import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.starpunk.view.AcceptHeader;

/** The kinds of feed. */
enum Format {
    RSS("application/rss+xml; charset=utf-8"),
    ATOM("application/atom+xml; charset=utf-8"),
    JSON("application/feed+json");

    private record Offer(String mediaType, Format format) {}

    /** Media types that a reader may ask for. */
    private static final List<Offer> ACCEPTED = List.of(
            new Offer("application/rss+xml", RSS),
            new Offer("application/atom+xml", ATOM),
            new Offer("application/feed+json", JSON),
            new Offer("application/json", JSON),
            new Offer("application/xml", RSS),
            new Offer("text/xml", RSS));

    private final String type;

    Format(String type) {
        this.type = type;
    }

    /** Its Content-Type. */
    String type() {
        return type;
    }

    /** {@code rss}, as in {@code /feed.rss}. */
    String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }

    FeedWriter writer(Writer out) {
        return switch (this) {
            case RSS -> new RssWriter(out);
            case ATOM -> new AtomWriter(out);
            case JSON -> new JsonWriter(out);
        };
    }

    /** Returns whether a client prefers a page to a feed in any format, as browsers do. */
    static boolean prefersPage(AcceptHeader accept) {
        return accept.prefers(
                "text/html", ACCEPTED.stream().map(Offer::mediaType).toList());
    }

    /** Returns the format that a reader prefers; RSS if it has no preference, or accepts none of them. */
    static Format best(AcceptHeader accept) {
        return accept.best(ACCEPTED, Offer::mediaType).format;
    }
}
