package org.starpunk.feed;

import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.starpunk.view.AcceptHeader;

/** The kinds of feed. */
enum FeedFormat {
    RSS("application/rss+xml; charset=utf-8"),
    ATOM("application/atom+xml; charset=utf-8"),
    JSON("application/feed+json");

    private record FormatOffer(String mediaType, FeedFormat format) {}

    /** Media types that a reader may ask for. */
    private static final List<FormatOffer> ACCEPTED = List.of(
            new FormatOffer("application/rss+xml", RSS),
            new FormatOffer("application/atom+xml", ATOM),
            new FormatOffer("application/feed+json", JSON),
            new FormatOffer("application/json", JSON),
            new FormatOffer("application/xml", RSS),
            new FormatOffer("text/xml", RSS));

    private final String type;

    FeedFormat(String type) {
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
            case JSON -> new JsonFeedWriter(out);
        };
    }

    /** Returns whether a client prefers a page to a feed in any format, as browsers do. */
    static boolean prefersPage(AcceptHeader accept) {
        return accept.prefers(
                "text/html", ACCEPTED.stream().map(FormatOffer::mediaType).toList());
    }

    /** Returns the format that a reader prefers; RSS if it has no preference, or accepts none of them. */
    static FeedFormat best(AcceptHeader accept) {
        return accept.best(ACCEPTED, FormatOffer::mediaType).format;
    }
}
