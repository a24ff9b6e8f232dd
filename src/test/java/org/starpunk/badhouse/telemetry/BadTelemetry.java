package org.starpunk.badhouse.telemetry;

import org.starpunk.badhouse.note.Word;

record BadTelemetry(Word word) {}
