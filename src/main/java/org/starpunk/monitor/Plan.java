package org.starpunk.monitor;

import java.util.regex.Pattern;

/**
 * How the database runs an SQL shape, as SQLite's {@code EXPLAIN QUERY PLAN} or PostgreSQL's {@code EXPLAIN} says.
 *
 * @param text one line for each step, cut at 600 characters
 * @param changed whether it differs from the first one seen
 * @param scannedRows number of rows of the tables that it reads whole, with or without an index; -1 when it reads none
 */
record Plan(String text, boolean changed, long scannedRows) {

    private static final int LONGEST = 600;
    private static final Pattern FULL_SCAN = Pattern.compile(
            "(?m)^\\W*SCAN (?!CONSTANT ROW)(?:(?! USING | VIRTUAL TABLE ).)*+$|^\\W*(?:Parallel )?Seq Scan on ");
    private static final Pattern TEMP_SORT = Pattern.compile("(?m)USE TEMP B-TREE|^\\W*(?:Incremental )?Sort$");

    /** The first plan of a shape. */
    static Plan first(String text, long scannedRows) {
        return new Plan(cut(text), false, scannedRows);
    }

    /** The plan of a shape that was asked again. */
    Plan again(String newText, long newRows) {
        String cut = cut(newText);
        return new Plan(cut, changed || !cut.equals(text), newRows);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + '…';
    }

    /** Whether it reads a whole table, without any index. */
    boolean fullScan() {
        return FULL_SCAN.matcher(text).find();
    }

    /** Whether it sorts, in a temporary tree or by itself. */
    boolean tempSort() {
        return TEMP_SORT.matcher(text).find();
    }

    int bytes() {
        return 32 + 40 + 2 * text.length();
    }
}
