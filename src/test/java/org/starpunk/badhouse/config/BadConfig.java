package org.starpunk.badhouse.config;

import org.starpunk.badhouse.note.Word;

record BadConfig(Word word) {}
