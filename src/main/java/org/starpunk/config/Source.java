package org.starpunk.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One place where settings are written.
 *
 * @param values what is written there, by the key's name in the environment
 */
record Source(Map<String, Written> values) {

    /**
     * A value, as it was written.
     *
     * @param key the key, as it was written
     * @param value the value, as text
     * @param where where it was written
     */
    record Written(String key, String value, String where) {}

    static Source of(Map<String, String> values, UnaryOperator<String> where) {
        Map<String, Written> written = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith("METRICS_") || name.startsWith("STARPUNK_")) {
                written.put(name, new Written(name, value, where.apply(name)));
            }
        });
        return new Source(written);
    }

    static Source environment(Map<String, String> environment) {
        return of(environment, name -> "environment variable " + name);
    }

    /** A file of {@code NAME=value} lines; nothing when there is no such file. */
    static Source dotEnv(Path file, List<Problem> problems) {
        Map<String, Written> written = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file, problems)) {
            number++;
            String text = line.strip().replaceFirst("^export\\s+", "");
            int equals = text.indexOf('=');
            if (equals > 0 && text.matches("(?s)(METRICS|STARPUNK)_.*")) {
                String name = text.substring(0, equals).strip();
                String where = file.getFileName() + ":" + number;
                written.put(
                        name,
                        new Written(name, unquote(text.substring(equals + 1).strip()), where));
            }
        }
        return new Source(written);
    }

    private static List<String> lines(Path file, List<Problem> problems) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            problems.add(
                    new Problem(file.toString(), null, "file", "It cannot be read: make it a readable text in UTF-8."));
            return List.of();
        }
    }

    private static String unquote(String text) {
        boolean quoted = text.length() >= 2
                && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                && text.charAt(text.length() - 1) == text.charAt(0);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
