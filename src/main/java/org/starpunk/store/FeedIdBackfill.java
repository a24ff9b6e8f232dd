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
 * Stores the ids of feeds and of their entries in a database that has none yet. Before they were stored, they were made of the
 * site's address and the number of the note. Existing ones stay as they were, so that feed readers show nothing a second time.
 *
 * @param baseUrl the configured address of the site, which precedes the one given at setup; null when none is configured
 * @param listenHost the host of a site that has no address yet
 */
record FeedIdBackfill(@Nullable String baseUrl, String listenHost) {

    static FeedIdBackfill of(Settings settings) {
        return new FeedIdBackfill(settings.baseUrl(), settings.host());
    }

    /** Returns the id of a new note or feed: a random UUID (RFC 9562). */
    static String create() {
        return "urn:uuid:" + UUID.randomUUID();
    }

    /** Gives an id to all that have none, within the transaction of the connection. */
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

    /** Returns the address that was given at setup; null before it. */
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
