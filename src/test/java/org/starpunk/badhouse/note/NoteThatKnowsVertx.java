package org.starpunk.badhouse.note;

import io.vertx.core.Vertx;

record NoteThatKnowsVertx(Vertx vertx) {}
