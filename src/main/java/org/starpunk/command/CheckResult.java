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
record CheckResult(
        String what,
        CheckStatus status,
        String text,
        @Nullable String cure) {

    enum CheckStatus {
        OK,
        WARNING,
        FAIL
    }

    static CheckResult ok(String what, String text) {
        return new CheckResult(what, CheckStatus.OK, text, null);
    }

    static CheckResult warning(String what, String text, String cure) {
        return new CheckResult(what, CheckStatus.WARNING, text, cure);
    }

    static CheckResult fail(String what, String text, String cure) {
        return new CheckResult(what, CheckStatus.FAIL, text, cure);
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
