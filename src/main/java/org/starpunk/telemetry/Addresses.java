package org.starpunk.telemetry;

/** The event bus addresses that more than one folder knows. All are local to the process. */
public final class Addresses {

    /** {@link Batch}es, from every recorder to the metrics verticle. */
    public static final String EVENTS = "starpunk.telemetry.events";

    /** The text of a statement, as a String; the answer is its query plan, one step a line. Fails when no connection is idle. */
    public static final String EXPLAIN = "starpunk.store.explain";

    /** Empties the monitor's buffer and traces, as at a logout; to be published, with any body. The streams ask again who may watch. */
    public static final String CLEAR_METRICS = "starpunk.telemetry.clear";

    /** Asks for a backup now; to be published, with any body. Nobody hears it where the server makes none. */
    public static final String BACK_UP = "starpunk.store.backup";

    private Addresses() {}
}
