package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Query plan of a statement.
 *
 * @param steps steps of the plan, one per line
 * @param scannedRows number of rows of the tables that are scanned completely, with or without an index, at most
 *     {@value #MOST_ROWS} per table; -1 if there is none
 */
record QueryPlan(List<String> steps, long scannedRows) {

    private static final int MOST_ROWS = 200_000;
    private static final Pattern NAME = Pattern.compile("\\w+");

    /**
     * A table that a plan scans completely.
     *
     * @param table name of the table
     * @param index definition of the index that is scanned; empty if there is none. A partial index has fewer rows
     */
    record Scan(String table, String index) {

        private static final Pattern CONDITION = Pattern.compile("(?is)\\)\\s*where\\s+(.+)$");

        /**
         * Counts the rows up to the limit. The count is exact after many deletions, unlike the largest row id, and
         * needs no statistics.
         */
        private long rows(JdbcSession sql) throws SQLException {
            if (!NAME.matcher(table).matches()) {
                return 0;
            }
            Matcher condition = CONDITION.matcher(index);
            return sql.once(
                            "SELECT count(*) FROM (SELECT 1 FROM " + table
                                    + (condition.find() ? " WHERE " + condition.group(1) : "")
                                    + " LIMIT " + MOST_ROWS + ") AS counted",
                            row -> row.getLong(1))
                    .get(0);
        }
    }

    /** Creates a plan, with the number of rows of the scanned tables. */
    static QueryPlan of(JdbcSession sql, List<String> steps, List<Scan> scans) throws SQLException {
        long rows = scans.isEmpty() ? -1 : 0;
        for (Scan scan : scans) {
            rows += scan.rows(sql);
        }
        return new QueryPlan(steps, rows);
    }

    /** Returns the table of an alias in a statement; empty for a subquery. */
    static Optional<String> table(String statement, String alias) {
        Matcher named = Pattern.compile(
                        "(?:\\bfrom|\\bjoin|,|\\bupdate|\\binto)\\s+(\\w+)\\s+(?:as\\s+)?" + Pattern.quote(alias)
                                + "\\b",
                        Pattern.CASE_INSENSITIVE)
                .matcher(statement);
        return named.find() ? Optional.of(named.group(1)) : Optional.empty();
    }
}
