package org.starpunk.badhouse.server;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

final class Sleeper extends VerticleBase {

    @Override
    public Future<?> start() throws Exception {
        Thread.sleep(1);
        return Future.succeededFuture();
    }
}
