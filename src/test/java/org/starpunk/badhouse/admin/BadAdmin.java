package org.starpunk.badhouse.admin;

import org.starpunk.badhouse.feed.Feed;

record BadAdmin(Feed feed) {}
