package org.starpunk.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request of a row, as its keys say.
 *
 * <ul>
 *   <li>{@code get}, {@code post}, {@code head}, {@code options}: the method and the path; {@code consent}: a client's authorization request, which
 *       the author answers on the page ({@code grant}: the scopes that stay ticked, {@code decision}, {@code days})
 *   <li>{@code token}: which token stands in the header: {@code all} unless said otherwise, {@code none}, or a scope;
 *       {@code as: author} sends the author's cookies
 *   <li>{@code form}, {@code json}, {@code multipart}, or {@code body} with {@code type}; {@code headers}
 *   <li>{@code expect}: the status, or several; {@code header}: regular expressions; {@code answer}: what the JSON holds at least;
 *       {@code contains} and {@code lacks}: texts of the body; {@code without}: headers that are not there
 *   <li>{@code save}: names for later steps: {@code header:Location}, {@code query:code} of the Location, {@code json:me}
 * </ul>
 *
 * In all texts {@code ${name}} is a saved value, {@code ${enc:name}} the same for a form or a query.
 */
record ConformanceStep(Map<?, ?> keys) {

    private static final Set<String> KNOWN = Set.of(
            "get",
            "post",
            "head",
            "options",
            "consent",
            "grant",
            "decision",
            "days",
            "token",
            "as",
            "form",
            "json",
            "multipart",
            "body",
            "type",
            "headers",
            "expect",
            "header",
            "answer",
            "contains",
            "lacks",
            "without",
            "save");

    static ConformanceStep of(Map<?, ?> keys) {
        for (Object key : keys.keySet()) {
            if (!KNOWN.contains(String.valueOf(key))) {
                throw new AssertionError("a step has no key " + key);
            }
        }
        return new ConformanceStep(keys);
    }

    @Nullable
    Object get(String key) {
        return keys.get(key);
    }

    String text(String key, String otherwise) {
        Object value = keys.get(key);
        return value == null ? otherwise : value.toString();
    }

    List<?> list(String key) {
        Object value = keys.get(key);
        return value == null ? List.of() : value instanceof List<?> list ? list : List.of(value);
    }

    Map<?, ?> map(String key) {
        return keys.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    String method() {
        for (String method : List.of("get", "head", "post", "options")) {
            if (keys.containsKey(method)) {
                return method.toUpperCase(Locale.ROOT);
            }
        }
        return "consent";
    }
}
