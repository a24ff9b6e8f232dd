package org.starpunk.note;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a note without a field of their own, such as {@code bookmark-of}, {@code checkin} and unknown ones.
 * They are returned to apps unchanged.
 *
 * @param values values by name; each value is a text, number or boolean, or a map or list of these. Unmodifiable
 */
public record ExtraProperties(Map<String, List<Object>> values) {

    /** No properties. */
    public static final ExtraProperties NONE = new ExtraProperties(Map.of());

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_NAMES = 1_000;
    private static final int MAX_NAME = 100;
    private static final int MAX_VALUES = 2_000;
    private static final int MAX_DEPTH = 20;
    private static final JsonFactory JSON = new JsonFactory();

    public ExtraProperties {
        Map<String, List<Object>> copy = new LinkedHashMap<>();
        values.forEach((name, list) -> {
            if (!list.isEmpty()) {
                copy.put(name, list.stream().map(ExtraProperties::copied).toList());
            }
        });
        values = Collections.unmodifiableMap(copy);
    }

    private static Object copied(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((name, entry) -> copy.put(String.valueOf(name), copied(entry == null ? "" : entry)));
            return Collections.unmodifiableMap(copy);
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(entry -> copied(entry == null ? "" : entry))
                    .toList();
        }
        return value;
    }

    /**
     * Parses the result of {@link #json}.
     *
     * @throws IllegalArgumentException if the text is not a JSON object of arrays
     */
    public static ExtraProperties parse(@Nullable String json) {
        if (json == null || json.isEmpty()) {
            return NONE;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("The properties are not a JSON object.");
            }
            Map<String, List<Object>> values = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (parser.nextToken() != JsonToken.START_ARRAY) {
                    throw new IllegalArgumentException("The property " + name + " is not a JSON array.");
                }
                values.put(name, readArray(parser));
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("The JSON object is followed by other text.");
            }
            return new ExtraProperties(values);
        } catch (IOException e) {
            throw new IllegalArgumentException("The properties are not a JSON object of arrays.", e);
        }
    }

    private static Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> "";
            default -> parser.getText();
        };
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, readValue(parser));
        }
        return object;
    }

    private static List<Object> readArray(JsonParser parser) throws IOException {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(readValue(parser));
        }
        return array;
    }

    /** Returns the properties as JSON; null if there are none. */
    public @Nullable String json() {
        if (values.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                generator.writeFieldName(String.valueOf(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object entry : list) {
                write(generator, entry);
            }
            generator.writeEndArray();
        } else if (value instanceof Number || value instanceof Boolean) {
            generator.writeRawValue(value.toString());
        } else {
            generator.writeString(value.toString());
        }
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns all values of a property; empty if there are none. */
    public List<Object> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * Checks the number, length and nesting of the properties.
     *
     * @throws IllegalArgumentException if a limit is exceeded; the message contains it
     */
    public void check() {
        requireAtMost("other properties", values.size(), MAX_NAMES);
        int count = 0;
        for (Map.Entry<String, List<Object>> property : values.entrySet()) {
            NoteLimits.text("name of a property", property.getKey(), MAX_NAME);
            count += count(property.getKey(), property.getValue(), 1);
        }
        requireAtMost("values of other properties", count, MAX_VALUES);
        String json = json();
        int bytes = json == null ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
        requireAtMost("bytes of other properties", bytes, MAX_BYTES);
    }

    private static int count(String name, Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "The property %s is nested more than %,d levels deep.".formatted(name, MAX_DEPTH));
        }
        int count = 1;
        if (value instanceof Map<?, ?> map) {
            for (Object entry : map.values()) {
                count += count(name, entry, depth + 1);
            }
        } else if (value instanceof List<?> list) {
            for (Object entry : list) {
                count += count(name, entry, depth + 1);
            }
        }
        return count;
    }

    private static void requireAtMost(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException(
                    "The note has %,d %s; at most %,d are accepted.".formatted(count, what, max));
        }
    }
}
