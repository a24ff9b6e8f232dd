package org.starpunk.badhouse.monitor;

public final class Counter {}
