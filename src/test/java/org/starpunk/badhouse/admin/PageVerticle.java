package org.starpunk.badhouse.admin;

import io.vertx.core.VerticleBase;

final class PageVerticle extends VerticleBase {}
