package org.starpunk.feed;

import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.starpunk.view.AcceptHeader;

/** Format of a feed. */
enum FeedFormat {
    RSS("application/rss+xml; charset=utf-8"),
    ATOM("application/atom+xml; charset=utf-8"),
    JSON("application/feed+json");

    private record FormatOffer(String mediaType, FeedFormat format) {}

    /** Media types that a feed reader can request. */
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

    /** Returns the Content-Type. */
    String type() {
        return type;
    }

    /** Returns the file extension: {@code rss}, as in {@code /feed.rss}. */
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

    /** Returns whether a client, for example a browser, prefers an HTML page to a feed in any format. */
    static boolean prefersPage(AcceptHeader accept) {
        return accept.prefers(
                "text/html", ACCEPTED.stream().map(FormatOffer::mediaType).toList());
    }

    /** Returns the format that a feed reader prefers; RSS if it has no preference or accepts none of the formats. */
    static FeedFormat best(AcceptHeader accept) {
        return accept.best(ACCEPTED, FormatOffer::mediaType).format;
    }
}
