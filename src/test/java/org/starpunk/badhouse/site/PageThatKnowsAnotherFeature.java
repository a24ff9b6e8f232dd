package org.starpunk.badhouse.site;

import org.starpunk.badhouse.feed.Feed;

public record PageThatKnowsAnotherFeature(Feed feed) {}
