package org.starpunk.store;

/**
 * Share of the read connections. Expensive reads of visitors may use only a part, so that the author, apps with a token
 * and the check of a session always get a connection. Each share includes the later ones.
 */
enum ReadConnectionShare {
    /** Reads for the author and for apps, and all lookups by key. */
    AUTHOR(20_000),
    /** Reads for public pages and feeds: all connections but one. */
    VISITOR(10_000),
    /** Public searches: half of the connections. */
    SEARCH(2_000);

    private final long maxMillis;

    /** @param maxMillis timeout of a read, milliseconds */
    ReadConnectionShare(long maxMillis) {
        this.maxMillis = maxMillis;
    }

    /** Returns the maximum number of connections that the share may use at the same time, at least one. */
    int maxConnections(int connections) {
        return switch (this) {
            case AUTHOR -> connections;
            case VISITOR -> Math.max(1, connections - 1);
            case SEARCH -> Math.max(1, connections / 2);
        };
    }

    /** Returns the timeout of a read, nanoseconds. */
    long maxNanos() {
        return maxMillis * 1_000_000;
    }

    /** Returns the timeout of a read, milliseconds. */
    long maxMillis() {
        return maxMillis;
    }
}
