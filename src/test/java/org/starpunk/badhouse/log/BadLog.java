package org.starpunk.badhouse.log;

import org.starpunk.badhouse.note.Word;

record BadLog(Word word) {}
