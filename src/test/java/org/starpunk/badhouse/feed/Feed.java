package org.starpunk.badhouse.feed;

import org.starpunk.badhouse.site.PageThatKnowsAnotherFeature;

public record Feed(PageThatKnowsAnotherFeature page) {}
