package org.starpunk.badhouse.indieauth;

import org.starpunk.badhouse.feed.Feed;

record BadIndieauth(Feed feed) {}
