package org.starpunk.badhouse.monitor;

import org.starpunk.badhouse.view.Page;

record BadMonitor(Page page) {}
