package org.starpunk.feed;

import io.vertx.ext.web.MIMEHeader;
import java.io.Writer;
import java.util.List;
import java.util.Locale;

/** The kinds of feed. */
enum Format {
    RSS("application/rss+xml; charset=utf-8"),
    ATOM("application/atom+xml; charset=utf-8"),
    JSON("application/feed+json");

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

    /**
     * The kind that a reader likes best. Who takes none of them gets RSS and no 406: feed readers ask for types that nobody has.
     *
     * @param accepted the Accept header's types, the best first
     */
    static Format best(List<MIMEHeader> accepted) {
        for (MIMEHeader type : accepted) {
            if (type.weight() > 0) {
                switch (type.subComponent().toLowerCase(Locale.ROOT)) {
                    case "rss+xml", "xml", "*" -> {
                        return RSS;
                    }
                    case "atom+xml" -> {
                        return ATOM;
                    }
                    case "feed+json", "json" -> {
                        return JSON;
                    }
                    default -> {
                        // A type that no feed is of.
                    }
                }
            }
        }
        return RSS;
    }
}
