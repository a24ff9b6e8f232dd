package org.starpunk.badhouse.job;

import org.starpunk.badhouse.feed.Feed;

record BadJob(Feed other) {}
