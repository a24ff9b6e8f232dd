package org.starpunk.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A rule, or a case of it.
 *
 * @param id number of the rule in the table of rules
 * @param rule text of the rule
 * @param steps requests, each with the expected response; see {@link ConformanceStep}
 */
record ConformanceRow(String id, String rule, List<ConformanceStep> steps) {

    /** All rows of a file below {@code conformance/}. */
    static List<ConformanceRow> read(String file) {
        try (InputStream in = ConformanceRow.class.getResourceAsStream("/conformance/" + file + ".yaml")) {
            List<ConformanceRow> rows = new ArrayList<>();
            for (Object row : (List<?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(in)) {
                rows.add(of((Map<?, ?>) row));
            }
            return rows;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ConformanceRow of(Map<?, ?> row) {
        List<ConformanceStep> steps = new ArrayList<>();
        if (!(row.get("steps") instanceof List<?> list)) {
            throw new AssertionError("row " + row.get("id") + " has no steps");
        }
        for (Object step : list) {
            steps.add(ConformanceStep.of((Map<?, ?>) step));
        }
        return new ConformanceRow(String.valueOf(row.get("id")), String.valueOf(row.get("rule")), steps);
    }

    @Override
    public String toString() {
        return id + " " + rule;
    }
}
