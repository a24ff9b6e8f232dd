package org.starpunk.store;

/**
 * Snapshot of the read pool.
 *
 * @param size number of connections
 * @param inUse number of connections in use
 * @param waiting number of waiting callers
 */
public record PoolStats(int size, int inUse, int waiting) {}
