package org.starpunk.indieauth;

import io.vertx.core.MultiMap;
import java.util.List;

/**
 * The parameters of a request to an endpoint: each comes once at the most (RFC 6749 §3.1), and what is empty counts as not
 * given.
 */
final class Params {

    private static final int MAX_LENGTH = 2048;

    private final MultiMap values;

    Params(MultiMap values) {
        this.values = values;
    }

    /** A parameter's value, empty when it was not given. */
    String get(String name) {
        List<String> all = values.getAll(name);
        if (all.size() > 1) {
            throw OAuthException.invalidRequest(name + " is given twice.");
        }
        String value = all.isEmpty() ? "" : all.get(0);
        if (value.length() > MAX_LENGTH || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw OAuthException.invalidRequest(name + " is too long, or has control characters.");
        }
        return value;
    }

    /** A parameter that has to be there. */
    String require(String name) {
        String value = get(name);
        if (value.isEmpty()) {
            throw OAuthException.invalidRequest(name + " is missing.");
        }
        return value;
    }
}
