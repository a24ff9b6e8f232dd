package org.starpunk.micropub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses nested names of form fields in PHP notation, which most clients use: {@code category[]} and {@code
 * category[0]} are values of a list, {@code content[html]} and {@code checkin[properties][name][]} are parts of an
 * object.
 */
final class NestedFieldParser {

    private static final Pattern NAME = Pattern.compile("([^\\[\\]]+)((?:\\[[^\\[\\]]*])+)");
    private static final Pattern KEY = Pattern.compile("\\[([^\\[\\]]*)]");
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,9}");
    private static final int MAX_DEPTH = 20;

    private final FieldNode root = new FieldNode();

    /** Value with several parts: list items by index, or object fields by name. */
    private static final class FieldNode {

        private final Map<String, Object> parts = new LinkedHashMap<>();
        private int next;

        private String key(String given) {
            if (given.isEmpty()) {
                return Integer.toString(next++);
            }
            if (INDEX.matcher(given).matches()) {
                next = Math.max(next, Integer.parseInt(given) + 1);
            }
            return given;
        }

        private void add(String key, Object value) {
            Object before = parts.putIfAbsent(key, value);
            if (before instanceof List<?> list) {
                List<Object> longer = new ArrayList<>(list);
                longer.add(value);
                parts.put(key, longer);
            } else if (before != null) {
                parts.put(key, new ArrayList<>(List.of(before, value)));
            }
        }

        private FieldNode node(String key) {
            if (parts.get(key) instanceof FieldNode node) {
                return node;
            }
            FieldNode node = new FieldNode();
            add(key, node);
            return node;
        }

        private boolean isList() {
            return parts.keySet().stream().allMatch(key -> INDEX.matcher(key).matches());
        }

        private Object value() {
            List<Object> list = new ArrayList<>();
            Map<String, Object> object = new LinkedHashMap<>();
            parts.forEach((key, part) -> {
                Object value = plain(part);
                list.add(value);
                object.put(key, value);
            });
            return isList() ? list : object;
        }
    }

    private static Object plain(Object part) {
        if (part instanceof FieldNode node) {
            return node.value();
        }
        return part instanceof List<?> list
                ? list.stream().map(NestedFieldParser::plain).toList()
                : part;
    }

    /** Adds a field. A name with misplaced brackets is used as a property name unchanged. */
    void add(String name, String value) {
        Matcher nested = NAME.matcher(name);
        if (!nested.matches()) {
            root.add(name, value);
            return;
        }
        List<String> keys =
                KEY.matcher(nested.group(2)).results().map(key -> key.group(1)).toList();
        if (keys.size() > MAX_DEPTH) {
            throw MicropubException.invalid("The name of a field is nested more than " + MAX_DEPTH + " levels deep.");
        }
        FieldNode node = property(nested.group(1));
        for (int i = 0; i < keys.size() - 1; i++) {
            node = node.node(node.key(keys.get(i)));
        }
        node.add(node.key(keys.get(keys.size() - 1)), value);
    }

    /** Returns the node of a property for fields with brackets. Values of fields without brackets precede it. */
    private FieldNode property(String name) {
        if (root.parts.get(name) instanceof List<?> list) {
            for (Object part : list) {
                if (part instanceof FieldNode node) {
                    return node;
                }
            }
        }
        return root.node(name);
    }

    /** Returns the properties. The parts of a list become values; an object becomes one value. */
    MicroformatProperties properties() {
        MicroformatProperties properties = MicroformatProperties.empty();
        root.parts.forEach((name, given) -> {
            for (Object part : given instanceof List<?> list ? list : List.of(given)) {
                if (part instanceof FieldNode node && node.isList()) {
                    ((List<?>) node.value()).forEach(value -> properties.add(name, value));
                } else {
                    properties.add(name, plain(part));
                }
            }
        });
        return properties;
    }
}
