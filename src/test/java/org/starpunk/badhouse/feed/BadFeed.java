package org.starpunk.badhouse.feed;

import org.starpunk.badhouse.monitor.Counter;

record BadFeed(Counter counter) {}
