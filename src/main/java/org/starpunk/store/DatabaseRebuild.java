package org.starpunk.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.starpunk.archive.ArchiveException;
import org.starpunk.job.ProgressListener;

/**
 * Rebuilds an untrusted database: creates the schema of its version in a new file and copies the rows of its tables.
 * Triggers, views, indexes, constraints and tables of the source have no effect in the new file. All methods block.
 */
final class DatabaseRebuild {

    /** Tables whose rows are not copied, because a backup must not restore a session that was ended. */
    private static final Set<String> LOGINS = Set.of("sessions", "codes", "setup_offer");

    /** Search indexes of FTS5, with their shadow tables. The server fills an empty index after its start. */
    private static final List<String> INDEXES = List.of("notes_search", "notes_words");

    private final Connection connection;
    private final int schema;
    private final Set<String> leftOut = new LinkedHashSet<>();

    private DatabaseRebuild(Connection connection, int schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /**
     * Copies the rows of a database into a new one of the same version.
     *
     * @param source a checked database
     * @param target an empty file
     * @param schema version of the source, from 1 to the newest
     * @return objects of the source that do not belong to the schema of its version, as {@code type name}
     * @throws ArchiveException if the source lacks a table or column of its version, or has one of a later version
     */
    static Set<String> run(Path source, Path target, int schema, ProgressListener progress)
            throws SQLException, ArchiveException {
        try (Connection connection = DatabaseCopy.open(target);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF"); // after a crash the file is deleted
            statement.execute("PRAGMA foreign_keys = OFF"); // checked once for all rows, at the end
            Migrations.create(connection, schema);
            try (PreparedStatement attach = connection.prepareStatement("ATTACH ? AS source")) {
                attach.setString(1, source.toString());
                attach.execute();
            }
            DatabaseRebuild rebuild = new DatabaseRebuild(connection, schema);
            rebuild.compare();
            DatabaseCopy.copyWithProgress(connection, target, source.toFile().length(), progress, rebuild::copyAll);
            statement.execute("DETACH source");
            return rebuild.leftOut;
        }
    }

    /** Returns the objects of a database that do not belong to the schema of its version, as {@code type name}. */
    static Set<String> foreign(Connection connection, int schema) throws SQLException {
        try (Connection fresh = DatabaseCopy.inMemory()) {
            Migrations.create(fresh, schema);
            Set<String> objects = objects(connection, "main");
            objects.removeAll(objects(fresh, "main"));
            return objects;
        }
    }

    private void compare() throws SQLException, ArchiveException {
        Map<String, Map<String, Integer>> expected = tables("main");
        Map<String, Map<String, Integer>> found = tables("source");
        for (Map.Entry<String, Map<String, Integer>> table : expected.entrySet()) {
            Map<String, Integer> columns = found.get(table.getKey());
            if (columns == null) {
                throw notOfThisSchema("lacks the table " + table.getKey());
            }
            for (Map.Entry<String, Integer> column : table.getValue().entrySet()) {
                // 0 is an ordinary column. Reading a generated one would evaluate an expression of the source.
                if (column.getValue() == 0 && !Integer.valueOf(0).equals(columns.get(column.getKey()))) {
                    throw notOfThisSchema("lacks the column " + table.getKey() + "." + column.getKey());
                }
            }
        }
        refuseLater(found);
        leftOut.addAll(objects(connection, "source"));
        leftOut.removeAll(objects(connection, "main"));
        expected.forEach((name, columns) -> found.getOrDefault(name, Map.of()).keySet().stream()
                .filter(column -> !columns.containsKey(column))
                .forEach(column -> leftOut.add("column " + name + "." + column)));
    }

    /** Rejects data of a later version, which would be lost without a message. */
    private void refuseLater(Map<String, Map<String, Integer>> found) throws SQLException, ArchiveException {
        for (int later = schema + 1; later <= Migrations.newest(); later++) {
            Map<String, Map<String, Integer>> expected;
            try (Connection fresh = DatabaseCopy.inMemory()) {
                Migrations.create(fresh, later);
                expected = new DatabaseRebuild(fresh, later).tables("main");
            }
            Map<String, Map<String, Integer>> own = tables("main");
            for (Map.Entry<String, Map<String, Integer>> table : expected.entrySet()) {
                Map<String, Integer> columns = found.getOrDefault(table.getKey(), Map.of());
                Map<String, Integer> ownColumns = own.getOrDefault(table.getKey(), Map.of());
                for (String column : table.getValue().keySet()) {
                    if (columns.containsKey(column) && !ownColumns.containsKey(column)) {
                        throw notOfThisSchema(
                                "has " + table.getKey() + "." + column + ", which came with schema " + later);
                    }
                }
            }
        }
    }

    private ArchiveException notOfThisSchema(String why) {
        return new ArchiveException("its database declares schema " + schema + ", but " + why, null);
    }

    /**
     * Returns the ordinary tables with their columns in order. The value of a column is 0, or 2 or 3 if it is
     * generated.
     */
    private Map<String, Map<String, Integer>> tables(String database) throws SQLException {
        Map<String, Map<String, Integer>> tables = new TreeMap<>();
        try (PreparedStatement list = connection.prepareStatement(
                "SELECT t.name, c.name, c.hidden FROM pragma_table_list t, pragma_table_xinfo(t.name, t.schema) c"
                        + " WHERE t.schema = ? AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                        + " ORDER BY t.name, c.cid")) {
            list.setString(1, database);
            try (ResultSet rows = list.executeQuery()) {
                while (rows.next()) {
                    tables.computeIfAbsent(rows.getString(1), unused -> new LinkedHashMap<>())
                            .put(rows.getString(2), rows.getInt(3));
                }
            }
        }
        return tables;
    }

    /** Returns the objects of a schema, as {@code type name}, without SQLite's own objects and the search indexes. */
    private static Set<String> objects(Connection connection, String database) throws SQLException {
        Set<String> objects = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT type, name FROM " + database + ".sqlite_schema ORDER BY type, name")) {
            while (rows.next()) {
                String name = String.valueOf(rows.getString(2));
                if (!name.toLowerCase(Locale.ROOT).startsWith("sqlite_") && !isOfSearch(connection, database, name)) {
                    objects.add(rows.getString(1) + " " + name);
                }
            }
        }
        return objects;
    }

    private static boolean isOfSearch(Connection connection, String database, String name) throws SQLException {
        if (INDEXES.stream().noneMatch(index -> name.equals(index) || name.startsWith(index + "_"))) {
            return false;
        }
        try (PreparedStatement type = connection.prepareStatement(
                "SELECT 1 FROM pragma_table_list WHERE schema = ? AND name = ? AND type IN ('virtual', 'shadow')")) {
            type.setString(1, database);
            type.setString(2, name);
            try (ResultSet row = type.executeQuery()) {
                return row.next();
            }
        }
    }

    private void copyAll() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            for (Map.Entry<String, Map<String, Integer>> table : tables("main").entrySet()) {
                statement.executeUpdate("DELETE FROM main." + quoted(table.getKey())); // the migrations insert rows
                if (!LOGINS.contains(table.getKey())) {
                    copy(statement, table.getKey(), table.getValue());
                }
            }
            copySequences(statement);
            try (ResultSet broken = statement.executeQuery("PRAGMA main.foreign_key_check")) {
                if (broken.next()) {
                    throw new SQLException(
                            "a row of " + broken.getString(1) + " belongs to no row of " + broken.getString(3));
                }
            }
            statement.executeUpdate("COMMIT");
        }
    }

    private static void copy(Statement statement, String table, Map<String, Integer> columns) throws SQLException {
        List<String> names = new ArrayList<>();
        columns.forEach((name, hidden) -> {
            if (hidden == 0) {
                names.add(quoted(name));
            }
        });
        // NOT INDEXED: an index of the source is not trusted.
        int unused = statement.executeUpdate("INSERT INTO main." + quoted(table) + " (" + String.join(", ", names)
                + ") SELECT s." + String.join(", s.", names) + " FROM source." + quoted(table) + " s NOT INDEXED");
    }

    /** Copies the counters of ids, so that no id of a deleted row is assigned again. */
    private static void copySequences(Statement statement) throws SQLException {
        try (ResultSet there =
                statement.executeQuery("SELECT 1 FROM source.sqlite_schema WHERE name = 'sqlite_sequence'")) {
            if (!there.next()) {
                return;
            }
        }
        int unused = statement.executeUpdate(
                "INSERT INTO main.sqlite_sequence (name, seq) SELECT m.name, 0 FROM main.sqlite_schema m"
                        + " WHERE m.sql LIKE '%AUTOINCREMENT%'"
                        + " AND m.name NOT IN (SELECT name FROM main.sqlite_sequence)");
        unused = statement.executeUpdate("UPDATE main.sqlite_sequence SET seq = max(seq, coalesce((SELECT max(s.seq)"
                + " FROM source.sqlite_sequence s WHERE s.name = main.sqlite_sequence.name"
                + " AND typeof(s.seq) = 'integer' AND s.seq BETWEEN 0 AND 4503599627370496), 0))");
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
