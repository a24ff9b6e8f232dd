package org.starpunk.badhouse.site;

import org.starpunk.badhouse.store.Table;

record PageThatKnowsTheStore(Table table) {}
