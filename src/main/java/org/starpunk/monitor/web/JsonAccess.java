package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lenient access to the monitor's JSON: missing values are null, an empty object or an empty list. */
final class JsonAccess {

    private JsonAccess() {}

    static @Nullable Number number(JsonObject from, String name) {
        return from.getValue(name) instanceof Number number ? number : null;
    }

    static double value(JsonObject from, String name) {
        Number number = number(from, name);
        return number == null ? 0 : number.doubleValue();
    }

    static String text(JsonObject from, String name) {
        return from.getValue(name) instanceof String text ? text : "";
    }

    static JsonObject object(JsonObject from, String name) {
        return from.getValue(name) instanceof JsonObject object ? object : new JsonObject();
    }

    static JsonArray array(JsonObject from, String name) {
        return from.getValue(name) instanceof JsonArray array ? array : new JsonArray();
    }

    static List<JsonObject> list(JsonObject from, String name) {
        return array(from, name).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    static List<String> texts(JsonObject from, String name) {
        return array(from, name).stream().map(String::valueOf).toList();
    }
}
