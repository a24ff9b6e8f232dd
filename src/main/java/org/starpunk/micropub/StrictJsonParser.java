package org.starpunk.micropub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses a JSON object into maps, lists, strings, numbers and booleans; null becomes an empty string. Rejects with
 * status 400 malformed JSON, duplicate keys, more than 20 levels of nesting, and more than 500 keys in an object.
 * Bypasses Jackson's symbol table, so that field names with colliding hashes cost no more than others.
 */
final class StrictJsonParser {

    private static final int MAX_DEPTH = 20;
    private static final int MAX_KEYS = 500;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private StrictJsonParser() {}

    static Map<String, Object> object(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw MicropubException.invalid("The body is not a JSON object.");
            }
            Map<String, Object> object = readObject(parser);
            if (parser.nextToken() != null) {
                throw MicropubException.invalid("The body has data after the JSON object.");
            }
            return object;
        } catch (IOException e) {
            throw MicropubException.invalid("The body is not valid JSON, or nested too deeply.");
        }
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = StrictUtf8.checked(parser.currentName());
            parser.nextToken();
            if (object.putIfAbsent(name, readValue(parser)) != null) {
                throw MicropubException.invalid("A JSON object contains a key twice.");
            }
            if (object.size() > MAX_KEYS) {
                throw MicropubException.invalid("A JSON object has more than " + MAX_KEYS + " keys.");
            }
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

    /** Returns a number if it would be written as the same text again; otherwise the text. */
    private static Object number(String text) {
        try {
            if (text.equals(Integer.toString(Integer.parseInt(text)))) {
                return Integer.valueOf(text);
            }
        } catch (NumberFormatException e) {
            // The text is a fraction or a large number.
        }
        double value = Double.parseDouble(text);
        return text.equals(Double.toString(value)) ? (Object) value : text;
    }

    private static Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> StrictUtf8.checked(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> "";
        };
    }
}
