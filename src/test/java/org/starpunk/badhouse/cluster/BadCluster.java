package org.starpunk.badhouse.cluster;

import org.starpunk.badhouse.note.Word;

record BadCluster(Word word) {}
