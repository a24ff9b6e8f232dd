package org.starpunk.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A source of settings.
 *
 * @param values its values, by key name in the environment
 */
record ConfigurationSource(Map<String, WrittenValue> values) {

    /** A line with a name of this program, well formed or not. */
    private static final Pattern OWN_LINE = Pattern.compile("^(?:STARPUNK|METRICS_)", Pattern.CASE_INSENSITIVE);

    /** A name, a value with or without quotes, and a comment after white space. */
    private static final Pattern LINE = Pattern.compile("(?<name>\\w+)\\s*=\\s*"
            + "(?:\"(?<double>[^\"]*)\"|'(?<single>[^']*)'|(?<plain>(?:[^\"'\\s#](?:\\S|\\s++(?!#))*+)?))"
            + "(?:\\s+#.*)?\\s*");

    private static final Pattern SERVICE_VARIABLE = Pattern.compile(
            "\\w+_SERVICE_(?:HOST|PORT(?:_\\w+)?)|\\w+_PORT_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?");
    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(?:tcp|udp|sctp)://.*");

    /**
     * A value as it was written.
     *
     * @param key key as it was written
     * @param value value as text
     * @param where place where it is set
     */
    record WrittenValue(String key, String value, String where) {}

    static ConfigurationSource of(Map<String, String> values, UnaryOperator<String> where) {
        Map<String, WrittenValue> written = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith("METRICS_") || name.startsWith("STARPUNK_")) {
                written.put(name, new WrittenValue(name, value, where.apply(name)));
            }
        });
        return new ConfigurationSource(written);
    }

    /**
     * Reads environment variables, except those that Kubernetes and Docker set for a service with a name like a key.
     */
    static ConfigurationSource environment(Map<String, String> environment) {
        Map<String, String> own = new LinkedHashMap<>(environment);
        own.entrySet().removeIf(variable -> isOfService(variable.getKey(), variable.getValue()));
        return of(own, name -> "environment variable " + name);
    }

    /**
     * Returns whether a variable describes a service. A service {@code starpunk} in the same namespace sets {@code
     * STARPUNK_PORT=tcp://10.0.0.1:80} and others in each container.
     */
    private static boolean isOfService(String name, String value) {
        return SERVICE_VARIABLE.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
    }

    /**
     * Reads a file of {@code NAME=value} lines; empty if it does not exist. Ignores lines with other names, which
     * belong to other programs.
     */
    static ConfigurationSource dotEnv(Path file, List<ConfigurationProblem> problems) {
        Map<String, WrittenValue> written = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file, problems)) {
            number++;
            String text = (number == 1 ? line.replaceFirst("^\\uFEFF", "") : line)
                    .strip()
                    .replaceFirst("^export\\s+", "");
            if (OWN_LINE.matcher(text).find()) {
                add(text, file.getFileName() + ":" + number, written, problems);
            }
        }
        return new ConfigurationSource(written);
    }

    private static void add(
            String text, String where, Map<String, WrittenValue> written, List<ConfigurationProblem> problems) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            String name = text.split("[\\s=]", 2)[0];
            problems.add(new ConfigurationProblem(
                    name, null, where, "Write NAME=value; a value with quotes or # in quotes."));
            return;
        }
        String name = line.group("name");
        if (!name.equals(name.toUpperCase(Locale.ROOT))) {
            problems.add(new ConfigurationProblem(
                    name, null, where, "Keys are in capitals: " + name.toUpperCase(Locale.ROOT) + "."));
            return;
        }
        String value = Stream.of("double", "single", "plain")
                .map(line::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        written.put(name, new WrittenValue(name, value, where));
    }

    private static List<String> lines(Path file, List<ConfigurationProblem> problems) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            problems.add(new ConfigurationProblem(
                    file.toString(), null, "file", "It cannot be read: make it a readable text file in UTF-8."));
            return List.of();
        }
    }
}
