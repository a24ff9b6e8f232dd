package org.starpunk.badhouse.media;

import org.starpunk.badhouse.feed.Feed;

record BadMedia(Feed feed) {}
