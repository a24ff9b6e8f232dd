package org.starpunk.telemetry;

/** Event bus addresses shared by several packages. All are local to the process. */
public final class EventBusAddresses {

    /** Address for {@link EventBatch}es, from every recorder to the metrics verticle. */
    public static final String EVENTS = "starpunk.telemetry.events";

    /**
     * Address for EXPLAIN requests. The body is the text of a statement, the reply its query plan, one step per line.
     * Fails if no connection is idle.
     */
    public static final String EXPLAIN = "starpunk.store.explain";

    /** Header of the reply: number of rows in the tables that the plan scans fully; -1 if it scans none. */
    public static final String SCANNED_ROWS = "scanned-rows";

    /**
     * Address for clearing the monitor's buffer and traces at a logout; published with any body. The event streams then
     * check their authorization again.
     */
    public static final String CLEAR_METRICS = "starpunk.telemetry.clear";

    /** Address for starting a backup; published with any body. It has no consumer on a server that makes no backups. */
    public static final String BACK_UP = "starpunk.store.backup";

    private EventBusAddresses() {}
}
