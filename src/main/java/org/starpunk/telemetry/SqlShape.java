package org.starpunk.telemetry;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shape of an SQL statement: its text with placeholders, and a short name.
 *
 * @param sql text with placeholders and without values; white space and lists of placeholders are normalized
 * @param operation {@code SELECT}, {@code INSERT}, {@code BEGIN}, …, or {@code unknown}
 * @param table first table in the text, or {@code unknown} if it cannot be determined simply
 */
public record SqlShape(String sql, String operation, String table) {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern LIST = Pattern.compile("\\(\\s*\\?(?:\\s*+,\\s*+\\?)++\\s*\\)");
    private static final Pattern ROWS = Pattern.compile("\\(…\\)(?:\\s*+,\\s*+\\(…\\))++");
    private static final Pattern TABLE = Pattern.compile(
            "^(?:select\\b.*?\\bfrom|insert\\s+(?:or\\s+\\w+\\s+)?into|replace\\s+into|update(?:\\s+or\\s+\\w+)?|delete\\s+from"
                    + "|create\\s+(?:virtual\\s+|unique\\s+)?\\w+(?:\\s+if\\s+not\\s+exists)?|drop\\s+\\w+(?:\\s+if\\s+exists)?"
                    + "|alter\\s+table|pragma)\\s+[\"`]?(\\w+)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern FROM = Pattern.compile("\\bfrom\\s", Pattern.CASE_INSENSITIVE);
    private static final Pattern OWN_TABLE = Pattern.compile("sqlite_|pg_|pragma_|information_schema");

    /** Returns the shape of a statement. Takes some microseconds, so callers should cache it for repeated texts. */
    public static SqlShape of(String text) {
        String sql = SPACE.matcher(text.strip()).replaceAll(" ");
        sql = LIST.matcher(sql).replaceAll("(…)");
        sql = ROWS.matcher(sql).replaceAll("(…)");
        int end = 0;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        String operation = end == 0 ? "unknown" : sql.substring(0, end).toUpperCase(Locale.ROOT);
        // A subquery in the list of columns may read another table than the statement itself.
        String table = table(flat(sql));
        return new SqlShape(sql, operation, table == null ? Objects.requireNonNullElse(table(sql), "unknown") : table);
    }

    private static @Nullable String table(String sql) {
        Matcher table = TABLE.matcher(sql);
        return table.find() ? table.group(1).toLowerCase(Locale.ROOT) : null;
    }

    /** Returns the text without its parentheses and their contents. */
    private static String flat(String sql) {
        StringBuilder flat = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            depth += c == '(' ? 1 : 0;
            if (depth == 0) {
                flat.append(c);
            }
            depth -= c == ')' && depth > 0 ? 1 : 0;
        }
        return flat.toString();
    }

    /**
     * Returns whether it reads or changes rows of a table of the site. Other statements control the connection
     * ({@code BEGIN}), read its state ({@code SELECT last_insert_rowid()}), or read the database's own tables.
     */
    public boolean usesTable() {
        boolean named = switch (operation) {
            case "SELECT", "WITH" -> FROM.matcher(sql).find();
            case "INSERT", "UPDATE", "DELETE", "REPLACE" -> true;
            default -> false;
        };
        return named && !OWN_TABLE.matcher(table).lookingAt();
    }

    /** Returns the short name: {@code SELECT notes}. */
    public String name() {
        return table.equals("unknown") ? operation : operation + ' ' + table;
    }
}
