package org.starpunk.store;

/**
 * Share of the reading connections. Expensive reads of strangers use only a part, so the author, apps with a token and the
 * check of a login always get a connection. Later shares are parts of the earlier ones.
 */
enum ReadConnectionShare {
    /** Reads for the author, for apps, and all lookups by a key. */
    AUTHOR(20_000),
    /** Reads for public pages and feeds: all connections but one. */
    VISITOR(10_000),
    /** Public searches: half of the connections. */
    SEARCH(2_000);

    private final long maxMillis;

    /** @param maxMillis how long a read may run before it is interrupted, milliseconds */
    ReadConnectionShare(long maxMillis) {
        this.maxMillis = maxMillis;
    }

    /** Returns how many of the connections the share may use at the same time, at least one. */
    int maxConnections(int connections) {
        return switch (this) {
            case AUTHOR -> connections;
            case VISITOR -> Math.max(1, connections - 1);
            case SEARCH -> Math.max(1, connections / 2);
        };
    }

    /** Time after which a read is interrupted, nanoseconds. */
    long maxNanos() {
        return maxMillis * 1_000_000;
    }

    /** The same in milliseconds. */
    long maxMillis() {
        return maxMillis;
    }
}
