package org.starpunk.badhouse.view;

import org.starpunk.badhouse.note.Word;

record BadView(Word word) {}
