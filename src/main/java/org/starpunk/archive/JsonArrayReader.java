package org.starpunk.archive;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the elements of long arrays in a JSON file one at a time, to limit the memory for large exports. */
final class JsonArrayReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonArrayReader() {}

    /** Receives the elements of the arrays. */
    @FunctionalInterface
    interface ElementHandler {
        void accept(String array, JsonNode element) throws IOException;
    }

    /**
     * Reads a whole file.
     *
     * @param arrays paths of the wanted arrays, such as {@code db/data/posts}
     * @return text of each field of the outermost object; empty for an array or object
     * @throws ArchiveException if it is not JSON; the message contains the line
     */
    static Map<String, String> each(ImportFileReader.ByteSource source, Set<String> arrays, ElementHandler taker)
            throws IOException {
        try (InputStream in = source.open();
                JsonParser parser = JSON.createParser(in)) {
            Map<String, String> fields = new HashMap<>();
            Deque<String> path = new ArrayDeque<>();
            JsonToken token = parser.nextToken();
            while (token != null) {
                walk(parser, token, path, fields, arrays, taker);
                token = parser.nextToken();
            }
            return fields;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ArchiveException("it is not valid JSON" + (line > 0 ? ", line " + line : ""), e);
        }
    }

    private static void walk(
            JsonParser parser,
            JsonToken token,
            Deque<String> path,
            Map<String, String> fields,
            Set<String> arrays,
            ElementHandler taker)
            throws IOException {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            String name = parser.currentName();
            path.addLast(name == null ? "" : name);
            String place = place(path);
            if (!place.isEmpty() && !place.contains("/")) {
                fields.put(place, "");
            }
            if (token == JsonToken.START_ARRAY && arrays.contains(place)) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    taker.accept(place, JSON.readTree(parser));
                }
                path.removeLast();
            }
        } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
            path.removeLast();
        } else if (token != JsonToken.FIELD_NAME && path.size() == 1 && parser.currentName() != null) {
            fields.put(parser.currentName(), parser.getText());
        }
    }

    private static String place(Deque<String> path) {
        StringBuilder place = new StringBuilder();
        Iterator<String> names = path.iterator();
        while (names.hasNext()) {
            String name = names.next();
            if (!name.isEmpty()) {
                place.append(place.isEmpty() ? "" : "/").append(name);
            }
        }
        return place.toString();
    }

    /** Returns the first non-blank text among some fields. */
    static Optional<String> text(JsonNode object, String... names) {
        for (String name : names) {
            @Nullable JsonNode value = object.get(name);
            if (value != null
                    && value.isValueNode()
                    && !value.isNull()
                    && !value.asText().isBlank()) {
                return Optional.of(value.asText().strip());
            }
        }
        return Optional.empty();
    }
}
