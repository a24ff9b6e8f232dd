package org.starpunk.badhouse.micropub;

import org.starpunk.badhouse.feed.Feed;

record BadMicropub(Feed feed) {}
