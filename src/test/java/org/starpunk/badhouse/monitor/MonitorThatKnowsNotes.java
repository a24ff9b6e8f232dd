package org.starpunk.badhouse.monitor;

import org.starpunk.badhouse.note.Word;

record MonitorThatKnowsNotes(Word word) {}
