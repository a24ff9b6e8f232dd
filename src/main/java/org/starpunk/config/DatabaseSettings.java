package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * Settings of the database.
 *
 * @param url JDBC URL of a PostgreSQL database, without a password; null for SQLite in the data directory
 * @param password password of the PostgreSQL database; null for none
 */
public record DatabaseSettings(
        @Nullable String url, @Nullable String password) {

    /** Omits the password, which a record would print. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + "]";
    }
}
