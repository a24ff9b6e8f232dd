package org.starpunk.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCEncoder;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Passes each parameter to the driver unchanged. The default encoder of the JDBC client queries the type of the
 * parameter, which SQLite does not know before it is bound: an exception for each parameter of each query. Loaded
 * through {@code META-INF/services}.
 */
public final class PassThroughEncoder implements JDBCEncoder {

    @Override
    public @Nullable Object encode(JsonArray parameters, int position, JDBCColumnDescriptorProvider types) {
        return plain(parameters.getValue(position - 1));
    }

    @Override
    public @Nullable Object encode(Tuple parameters, int position, JDBCColumnDescriptorProvider types) {
        return plain(parameters.getValue(position - 1));
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value instanceof Buffer buffer ? buffer.getBytes() : value;
    }
}
