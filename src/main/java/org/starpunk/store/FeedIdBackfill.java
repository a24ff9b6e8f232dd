package org.starpunk.store;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import org.starpunk.identity.Profile;

/**
 * Stores the ids of feeds and entries in a database of an earlier version. That version derived them from the address
 * of the site and the number of the note. The ids stay the same, so that feed readers show no entry twice.
 *
 * @param baseUrl configured address of the site; overrides the address from setup; null if none is configured
 * @param listenHost host of a site without an address
 */
record FeedIdBackfill(@Nullable String baseUrl, String listenHost) {

    static FeedIdBackfill of(Settings settings) {
        return new FeedIdBackfill(settings.baseUrl(), settings.host());
    }

    /** Returns the id of a new note or feed: a random UUID (RFC 9562). */
    static String create() {
        return "urn:uuid:" + UUID.randomUUID();
    }

    /** Sets the missing ids within the transaction of the connection. */
    void fill(Connection connection) throws SQLException {
        String stored = storedUrl(connection);
        String address = baseUrl != null ? baseUrl : stored != null ? stored : "http://" + bracketed();
        try (PreparedStatement notes =
                connection.prepareStatement("UPDATE notes SET uid = CAST(? AS TEXT) || id WHERE uid IS NULL")) {
            String host = URI.create(address).getHost();
            notes.setString(1, "tag:" + (host == null ? "localhost" : host) + ",2026:note:");
            int unused = notes.executeUpdate();
        }
        try (PreparedStatement site = connection.prepareStatement(
                "INSERT INTO site (id, created, uid) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING")) {
            site.setLong(1, System.currentTimeMillis());
            site.setString(2, stored == null ? create() : address + '/');
            int unused = site.executeUpdate();
        }
    }

    /** Returns the address from setup; null before setup. */
    private static @Nullable String storedUrl(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT site_url FROM account")) {
            return row.next() ? new Profile("", row.getString(1), "", "", "", "").siteUrl() : null;
        }
    }

    private String bracketed() {
        return listenHost.contains(":") ? '[' + listenHost + ']' : listenHost;
    }
}
