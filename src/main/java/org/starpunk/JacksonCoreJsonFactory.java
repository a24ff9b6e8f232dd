package org.starpunk;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * JSON factory that restricts Vert.x to Jackson's core. The passkey library brings Jackson's data binding, which Vert.x
 * would otherwise load at each start.
 */
public final class JacksonCoreJsonFactory implements JsonFactory {

    /** Returns the order before Vert.x's own factory. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    public JsonCodec codec() {
        return new JacksonCodec();
    }
}
