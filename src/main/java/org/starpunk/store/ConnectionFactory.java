package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to a database. */
@FunctionalInterface
interface ConnectionFactory extends AutoCloseable {

    /** Opens a new connection. Blocks. */
    Connection open() throws SQLException;

    /** Releases the resources of the factory. Blocks. */
    @Override
    default void close() {}
}
