package org.starpunk.micropub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.TagNameRules;

/**
 * Properties of a post as in microformats2 JSON: each property is a list of values, and each value is a string or an
 * object.
 *
 * @param values values by property name, in the order of the request
 */
record MicroformatProperties(Map<String, List<Object>> values) {

    /**
     * Reads {@code {"name": [values]}}. Rejects values that are not arrays (Micropub, section 3.4).
     *
     * @param where name of the object, for the error message
     * @throws MicropubException with status 400 if a value is not an array
     */
    static MicroformatProperties of(String where, Map<?, ?> object) {
        Map<String, List<Object>> values = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (!(value instanceof List<?> list)) {
                throw MicropubException.invalid("Every value in " + where + " must be an array.");
            }
            values.put((String) name, new ArrayList<>(list));
        });
        return new MicroformatProperties(values);
    }

    static MicroformatProperties empty() {
        return new MicroformatProperties(new LinkedHashMap<>());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    List<Object> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Returns the texts of all values of a property. */
    List<String> texts(String name) {
        List<Object> all = all(name);
        if (all.isEmpty()) {
            return List.of();
        }
        return all.stream()
                .map(MicroformatProperties::text)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    /** Returns the first text of a property that is not blank; null for none. */
    @Nullable
    String text(String name) {
        return texts(name).stream().filter(text -> !text.isBlank()).findFirst().orElse(null);
    }

    /** Returns the text of a value. For an object, it is the {@code value} or, in a nested h-cite, the {@code url}. */
    static @Nullable String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof List<?> list) {
            return list.isEmpty() ? null : text(list.get(0));
        }
        if (value instanceof Map<?, ?> object) {
            String own = text(object.get("value"));
            if (own != null) {
                return own;
            }
            return object.get("properties") instanceof Map<?, ?> nested ? text(nested.get("url")) : null;
        }
        return value == null ? null : value.toString();
    }

    void add(String name, Object value) {
        values.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }

    void put(String name, @Nullable Object value) {
        if (value != null) {
            add(name, value);
        }
    }

    /** Removes properties by name. */
    void remove(List<String> names) {
        names.forEach(values::remove);
    }

    /** Removes single values. Tags are compared by normalized name, other values by text. */
    void removeValues(MicroformatProperties others) {
        others.values.forEach((name, unwanted) -> {
            List<Object> left = values.get(name);
            if (left != null) {
                left.removeIf(have -> unwanted.stream().anyMatch(value -> same(name, have, value)));
            }
        });
    }

    private static boolean same(String name, Object one, Object other) {
        String a = text(one);
        String b = text(other);
        if (a == null || b == null) {
            return one.equals(other);
        }
        return a.equals(b)
                || (name.equals("category") && TagNameRules.normalise(a).equals(TagNameRules.normalise(b)));
    }
}
