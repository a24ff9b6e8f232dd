package org.starpunk.store;

import io.vertx.core.buffer.Buffer;
import io.vertx.jdbcclient.impl.actions.JDBCColumnDescriptor;
import io.vertx.jdbcclient.impl.actions.SQLValueProvider;
import io.vertx.jdbcclient.spi.JDBCColumnDescriptorProvider;
import io.vertx.jdbcclient.spi.JDBCDecoder;
import java.sql.CallableStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Returns each value as the driver reads it. The default decoder of the JDBC client reads metadata for each value,
 * which doubles the time of a page, and converts REAL to Float. Loaded through {@code META-INF/services}.
 */
public final class PassThroughDecoder implements JDBCDecoder {

    @Override
    public @Nullable Object parse(ResultSet rows, int column, JDBCColumnDescriptorProvider types) throws SQLException {
        return plain(rows.getObject(column));
    }

    @Override
    public @Nullable Object parse(CallableStatement call, int column, JDBCColumnDescriptorProvider types)
            throws SQLException {
        return plain(call.getObject(column));
    }

    @Override
    public @Nullable Object decode(JDBCColumnDescriptor type, SQLValueProvider value) throws SQLException {
        return plain(value.apply(Object.class));
    }

    @Override
    public @Nullable Object cast(@Nullable Object value) {
        return plain(value);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value instanceof byte[] bytes ? Buffer.buffer(bytes) : value;
    }
}
