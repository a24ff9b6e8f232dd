package org.starpunk;

import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.core.spi.JsonFactory;
import io.vertx.core.spi.json.JsonCodec;

/**
 * Lets Vert.x read and write JSON with Jackson's core. Its data binding, which the library for passkeys brings along, Vert.x would
 * otherwise load and use from the start, and the site needs nothing of it.
 */
public final class PlainJson implements JsonFactory {

    /** Before Vert.x's own. */
    @Override
    public int order() {
        return 0;
    }

    @Override
    public JsonCodec codec() {
        return new JacksonCodec();
    }
}
