package org.starpunk.badhouse.monitor.web;

import org.starpunk.badhouse.note.Word;

record BadMonitorWeb(Word word) {}
