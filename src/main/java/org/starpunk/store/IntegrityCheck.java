package org.starpunk.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the integrity of a SQLite database without changing it. */
public final class IntegrityCheck {

    private static final String INDEX_IN_STEP =
            "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
    private static final String PHOTOS = "SELECT photos FROM notes WHERE photos IS NOT NULL AND deleted IS NULL";

    private IntegrityCheck() {}

    /**
     * Result of a check.
     *
     * @param damage fault in the file as SQLite reports it; null if the file is sound
     * @param schema number of applied migrations
     * @param newest number of migrations of this version of the program
     * @param notes number of notes, including deleted ones
     * @param indexInStep whether the search index has a row for each listed note
     * @param sqlite version of SQLite
     * @param missingPictures paths of pictures that notes use and that do not exist
     * @param foreign objects of the database that do not belong to the schema of its version, as {@code type name}
     */
    public record IntegrityReport(
            @Nullable String damage,
            int schema,
            int newest,
            long notes,
            boolean indexInStep,
            String sqlite,
            List<String> missingPictures,
            Set<String> foreign) {}

    /**
     * Checks the whole file. Blocks until it is read.
     *
     * @throws DatabaseException if the file cannot be opened
     */
    public static IntegrityReport run(DatabaseFile database, Path dataDir) {
        database.prepareDirectory();
        database.refuseLost();
        try (Connection connection = DatabaseCopy.open(database.path())) {
            String check = text(connection, "PRAGMA quick_check(1)");
            DatabaseCopy.Facts facts = DatabaseCopy.facts(connection);
            boolean known = facts.schema() > 0 && facts.schema() <= Migrations.newest();
            return new IntegrityReport(
                    check.equals("ok") ? null : check,
                    facts.schema(),
                    Migrations.newest(),
                    facts.notes(),
                    !known || inStep(connection),
                    text(connection, "SELECT sqlite_version()"),
                    known ? missing(connection, dataDir) : List.of(),
                    known ? DatabaseRebuild.foreign(connection, facts.schema()) : Set.of());
        } catch (SQLException e) {
            throw database.problem(e);
        }
    }

    private static boolean inStep(Connection connection) {
        try {
            return text(connection, INDEX_IN_STEP).equals("1");
        } catch (SQLException e) {
            return false; // missing or damaged
        }
    }

    private static List<String> missing(Connection connection, Path dataDir) throws SQLException {
        List<String> missing = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PHOTOS)) {
            while (rows.next()) {
                for (Object photo : new JsonArray(rows.getString(1))) {
                    String url = photo instanceof JsonObject object ? object.getString("url", "") : "";
                    if (url.startsWith("/media/") && !Files.isRegularFile(dataDir.resolve(url.substring(1)))) {
                        missing.add(url);
                    }
                }
            }
        }
        return missing;
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
