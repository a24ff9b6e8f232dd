package org.starpunk.badhouse.identity;

import org.starpunk.badhouse.note.Word;

record BadIdentity(Word word) {}
