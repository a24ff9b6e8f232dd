package org.starpunk.badhouse.site;

import org.starpunk.badhouse.store.Table;

record BadSite(Table table) {}
