package org.starpunk.badhouse.store;

import org.starpunk.badhouse.feed.Feed;

record BadStore(Feed feed) {}
