package org.starpunk.badhouse.archive;

import org.starpunk.badhouse.feed.Feed;

record BadArchive(Feed other) {}
