package org.starpunk.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Problems of a plan, weighed by the rows that it examines. A full scan of a small table costs little, and a statement
 * that returns most of the rows has no better plan.
 *
 * @param rowsExamined estimated number of rows that full scans of one run examine; -1 without a full scan
 * @param flags any of {@code full_scan}, {@code index_scan}, {@code temp_sort}, {@code plan_changed}
 */
record PlanVerdict(long rowsExamined, List<String> flags) {

    /** Minimum number of rows for a flagged scan or sort. */
    private static final int MANY_ROWS = 1_000;

    /** Minimum number of rows examined per returned row for a flagged scan. */
    private static final int MANY_TIMES = 10;

    /*
     * A scan with LIMIT may stop early. The point depends on the values, which a plan does not contain, so it is
     * estimated from the duration: a run that is shorter than this has not read all rows.
     */
    private static final long MIN_MEAN_NANOS = 1_000_000;
    private static final long NANOS_PER_EXAMINED_ROW = 100;
    private static final long NANOS_PER_RETURNED_ROW = 20_000;

    private static final Pattern LIMIT = Pattern.compile("\\blimit\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILTER =
            Pattern.compile("\\bwhere\\b(?! true\\b)|\\bjoin\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern READS_ALL = Pattern.compile(
            "\\b(?:count|sum|avg|total|min|max|group_concat|string_agg)\\s*\\(|\\bgroup by\\b|\\bdistinct\\b",
            Pattern.CASE_INSENSITIVE);

    /** @param runs durations and returned rows of the statement's runs in a window */
    static PlanVerdict of(StatementPlan plan, String sql, DurationStats runs) {
        long returned = runs.isEmpty() ? 0 : runs.volume / runs.count();
        long examined = plan.scannedRows();
        if (examined > returned && stopsEarly(plan, withoutSubqueries(sql), runs, returned)) {
            examined = returned;
        }
        List<String> flags = new ArrayList<>();
        if (examined >= MANY_ROWS && examined >= MANY_TIMES * Math.max(1, returned)) {
            flags.add(plan.fullScan() ? "full_scan" : "index_scan");
        }
        if (plan.tempSort() && Math.max(examined, returned) >= MANY_ROWS) {
            flags.add("temp_sort");
        }
        if (plan.changed()) {
            flags.add("plan_changed");
        }
        return new PlanVerdict(examined, List.copyOf(flags));
    }

    private static String withoutSubqueries(String sql) {
        StringBuilder outer = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '(' && (depth > 0 || sql.regionMatches(true, i + 1, "select ", 0, 7))) {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (depth == 0) {
                outer.append(c);
            }
        }
        return outer.toString();
    }

    private static boolean stopsEarly(StatementPlan plan, String sql, DurationStats runs, long returned) {
        if (plan.tempSort()
                || !LIMIT.matcher(sql).find()
                || READS_ALL.matcher(sql).find()) {
            return false;
        }
        long whole = MIN_MEAN_NANOS + NANOS_PER_EXAMINED_ROW * plan.scannedRows() + NANOS_PER_RETURNED_ROW * returned;
        return !FILTER.matcher(sql).find() || runs.durations.percentile(0.5) < whole;
    }
}
