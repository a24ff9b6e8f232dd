package org.starpunk.badhouse.note;

import org.starpunk.badhouse.feed.Feed;

record BadNote(Feed feed) {}
