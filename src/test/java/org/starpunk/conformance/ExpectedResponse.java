package org.starpunk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Expected response. */
final class ExpectedResponse {

    private ExpectedResponse() {}

    static void check(ConformanceStep step, HttpResponse<String> response, UnaryOperator<String> fill) {
        String seen =
                response.request().method() + " " + response.request().uri().getPath() + " answered "
                        + response.statusCode() + " " + response.headers().map() + "\n" + response.body();
        List<?> statuses = step.list("expect");
        if (!statuses.isEmpty()) {
            assertThat(statuses.stream().map(Object::toString).toList())
                    .as(seen)
                    .contains(Integer.toString(response.statusCode()));
        }
        step.map("header")
                .forEach((name, pattern) -> assertThat(
                                String.join(", ", response.headers().allValues(name.toString())))
                        .as("%s of %s", name, seen)
                        .containsPattern(fill.apply(pattern.toString())));
        for (Object name : step.list("without")) {
            assertThat(response.headers().firstValue(name.toString())).as(seen).isEmpty();
        }
        for (Object text : step.list("contains")) {
            assertThat(response.body()).as(seen).contains(fill.apply(text.toString()));
        }
        for (Object text : step.list("lacks")) {
            assertThat(response.body()).as(seen).doesNotContain(fill.apply(text.toString()));
        }
        if (step.get("answer") != null) {
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .as(seen)
                    .startsWith("application/json");
            holds(step.get("answer"), new JsonObject(response.body()).getMap(), seen, fill);
        }
    }

    /**
     * Checks that an object contains the expected fields. Lists and values must be equal; an expected text that starts
     * with ~ is a pattern.
     */
    private static void holds(
            @Nullable Object expected, @Nullable Object actual, String seen, UnaryOperator<String> fill) {
        if (expected instanceof Map<?, ?> map) {
            assertThat(actual).as(seen).isInstanceOf(Map.class);
            Map<?, ?> found = (Map<?, ?>) actual;
            map.forEach((name, value) -> holds(value, found.get(name.toString()), name + " of " + seen, fill));
        } else if (expected instanceof List<?> list) {
            assertThat(actual).as(seen).isInstanceOf(List.class);
            List<?> found = (List<?>) actual;
            assertThat(found).as(seen).hasSize(list.size());
            for (int i = 0; i < list.size(); i++) {
                holds(list.get(i), found.get(i), seen, fill);
            }
        } else if (expected instanceof String text && text.startsWith("~")) {
            assertThat(String.valueOf(actual)).as(seen).containsPattern(fill.apply(text.substring(1)));
        } else if (expected instanceof String text) {
            assertThat(actual).as(seen).isEqualTo(fill.apply(text));
        } else {
            assertThat(actual).as(seen).isEqualTo(expected);
        }
    }
}
