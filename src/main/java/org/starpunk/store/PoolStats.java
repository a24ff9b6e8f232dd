package org.starpunk.store;

/**
 * The readers' connections at one moment.
 *
 * @param size how many there are
 * @param inUse how many of them are in use
 * @param waiting how many calls wait for one
 */
public record PoolStats(int size, int inUse, int waiting) {}
