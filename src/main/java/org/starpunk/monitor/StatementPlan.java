package org.starpunk.monitor;

import java.util.regex.Pattern;

/**
 * Query plan of an SQL shape, from SQLite's {@code EXPLAIN QUERY PLAN} or PostgreSQL's {@code EXPLAIN}.
 *
 * @param text one line per step, shortened to 600 characters
 * @param changed whether it differs from the shape's first plan
 * @param scannedRows number of rows of the tables that it scans fully, with or without an index; -1 if it scans none
 */
record StatementPlan(String text, boolean changed, long scannedRows) {

    private static final int MAX_LENGTH = 600;
    private static final Pattern FULL_SCAN = Pattern.compile(
            "(?m)^\\W*SCAN (?!CONSTANT ROW)(?:(?! USING | VIRTUAL TABLE ).)*+$|^\\W*(?:Parallel )?Seq Scan on ");
    private static final Pattern TEMP_SORT = Pattern.compile("(?m)USE TEMP B-TREE|^\\W*(?:Incremental )?Sort$");

    /** Returns the first plan of a shape. */
    static StatementPlan first(String text, long scannedRows) {
        return new StatementPlan(cut(text), false, scannedRows);
    }

    /** Returns the plan after another EXPLAIN of the shape. */
    StatementPlan again(String newText, long newRows) {
        String cut = cut(newText);
        return new StatementPlan(cut, changed || !cut.equals(text), newRows);
    }

    private static String cut(String text) {
        return JsonFields.cut(text, MAX_LENGTH);
    }

    /** Returns whether it scans a whole table without an index. */
    boolean fullScan() {
        return FULL_SCAN.matcher(text).find();
    }

    /** Returns whether it sorts, in a temporary B-tree or in a separate step. */
    boolean tempSort() {
        return TEMP_SORT.matcher(text).find();
    }

    int bytes() {
        return 32 + 40 + 2 * text.length();
    }
}
