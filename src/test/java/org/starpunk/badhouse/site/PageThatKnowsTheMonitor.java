package org.starpunk.badhouse.site;

import org.starpunk.badhouse.monitor.Counter;

record PageThatKnowsTheMonitor(Counter counter) {}
