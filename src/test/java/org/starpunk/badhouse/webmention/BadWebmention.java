package org.starpunk.badhouse.webmention;

import org.starpunk.badhouse.feed.Feed;

record BadWebmention(Feed feed) {}
