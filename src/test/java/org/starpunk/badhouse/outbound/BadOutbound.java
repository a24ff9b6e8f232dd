package org.starpunk.badhouse.outbound;

import org.starpunk.badhouse.note.Word;

record BadOutbound(Word word) {}
