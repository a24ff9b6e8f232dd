package org.starpunk;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Makes Vert.x use Jackson's core for JSON. Jackson's data binding is on the class path for the passkey library, and
 * Vert.x would otherwise load it at each start.
 */
public final class JacksonCoreJsonFactory implements JsonFactory {

    /** Ranks before Vert.x's own factory. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    public JsonCodec codec() {
        return new JacksonCodec();
    }
}
