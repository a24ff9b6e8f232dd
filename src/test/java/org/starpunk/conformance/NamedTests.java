package org.starpunk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Rows that a single request cannot show, with the test that covers each of them, from {@code conformance/tests.yaml}.
 */
record NamedTests(String className, String method) {

    /** Returns the tests by row. */
    static Map<String, NamedTests> all() {
        try (InputStream in = NamedTests.class.getResourceAsStream("/conformance/tests.yaml")) {
            Map<?, ?> rows = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            Map<String, NamedTests> tests = new TreeMap<>();
            rows.forEach((id, test) -> {
                String[] parts = test.toString().split("#");
                tests.put(id.toString(), new NamedTests("org.starpunk." + parts[0], parts[1]));
            });
            return tests;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the name of the test as a sentence. */
    String words() {
        return method.replace('_', ' ') + " (" + className + ")";
    }

    void mustExist() throws ClassNotFoundException {
        assertThat(Stream.of(Class.forName(className).getDeclaredMethods())
                        .filter(method -> Stream.of(method.getAnnotations())
                                .anyMatch(annotation -> annotation
                                        .annotationType()
                                        .getSimpleName()
                                        .endsWith("Test"))))
                .extracting(java.lang.reflect.Method::getName)
                .contains(method);
    }
}
