package org.starpunk.badhouse.store;

public final class Table {}
