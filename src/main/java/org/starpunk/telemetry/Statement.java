package org.starpunk.telemetry;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An SQL statement's shape: its text with placeholders, and the simple name that it goes by.
 *
 * @param sql the text, with placeholders and never with values, white space folded, lists of placeholders made one
 * @param operation {@code SELECT}, {@code INSERT}, {@code BEGIN}, …, or {@code unknown}
 * @param table the first table that it names, or {@code unknown} where that is not simple
 */
public record Statement(String sql, String operation, String table) {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern LIST = Pattern.compile("\\(\\s*\\?(\\s*,\\s*\\?)+\\s*\\)");
    private static final Pattern ROWS = Pattern.compile("\\(…\\)(\\s*,\\s*\\(…\\))+");
    private static final Pattern TABLE = Pattern.compile(
            "^(?:select\\b.*?\\bfrom|insert\\s+(?:or\\s+\\w+\\s+)?into|replace\\s+into|update(?:\\s+or\\s+\\w+)?|delete\\s+from"
                    + "|create\\s+(?:virtual\\s+|unique\\s+)?\\w+(?:\\s+if\\s+not\\s+exists)?|drop\\s+\\w+(?:\\s+if\\s+exists)?"
                    + "|alter\\s+table|pragma)\\s+[\"`]?(\\w+)",
            Pattern.CASE_INSENSITIVE);

    /** The shape of a statement's text. Costs some microseconds: keep the result for texts that come again. */
    public static Statement of(String text) {
        String sql = SPACE.matcher(text.strip()).replaceAll(" ");
        sql = LIST.matcher(sql).replaceAll("(…)");
        sql = ROWS.matcher(sql).replaceAll("(…)");
        int end = 0;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        String operation = end == 0 ? "unknown" : sql.substring(0, end).toUpperCase(Locale.ROOT);
        // A query within the list of columns reads another table than the statement does.
        String table = table(flat(sql));
        return new Statement(sql, operation, table == null ? Objects.requireNonNullElse(table(sql), "unknown") : table);
    }

    private static @Nullable String table(String sql) {
        Matcher table = TABLE.matcher(sql);
        return table.find() ? table.group(1).toLowerCase(Locale.ROOT) : null;
    }

    /** The text without what stands in parentheses. */
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

    /** {@code SELECT notes}. */
    public String name() {
        return table.equals("unknown") ? operation : operation + ' ' + table;
    }
}
