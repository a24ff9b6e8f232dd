package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to a database. */
@FunctionalInterface
interface ConnectionFactory extends AutoCloseable {

    /** A new connection. Blocks. */
    Connection open() throws SQLException;

    /** No connection is wanted any more. Blocks. */
    @Override
    default void close() {}
}
