package org.starpunk.command;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Result of one check of the doctor.
 *
 * @param what subject of the check: {@code disk}
 * @param status result of the check
 * @param text description, as a sentence
 * @param cure what to do; null if there is no problem
 */
record Finding(
        String what, Status status, String text, @Nullable String cure) {

    enum Status {
        OK,
        WARNING,
        FAIL
    }

    static Finding ok(String what, String text) {
        return new Finding(what, Status.OK, text, null);
    }

    static Finding warning(String what, String text, String cure) {
        return new Finding(what, Status.WARNING, text, cure);
    }

    static Finding fail(String what, String text, String cure) {
        return new Finding(what, Status.FAIL, text, cure);
    }

    String line() {
        String line = String.format("%-8s %-14s %s", status.name().toLowerCase(Locale.ROOT), what, text);
        return cure == null ? line : line + String.format("%n%24sFix: %s", "", cure);
    }

    JsonObject json() {
        return new JsonObject()
                .put("what", what)
                .put("status", status.name().toLowerCase(Locale.ROOT))
                .put("text", text)
                .put("cure", cure);
    }
}
