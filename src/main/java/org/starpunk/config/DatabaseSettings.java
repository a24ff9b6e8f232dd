package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * The database.
 *
 * @param url of a PostgreSQL, as its JDBC driver takes it, without a password; null for SQLite in the data directory
 * @param password null for none
 */
public record DatabaseSettings(
        @Nullable String url, @Nullable String password) {

    /** Without the password: a record would print it. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + "]";
    }
}
