package org.starpunk.indieauth;

import io.vertx.core.MultiMap;
import java.util.List;

/** Parameters of an OAuth request. Each may occur once (RFC 6749 §3.1); an empty parameter counts as missing. */
final class OAuthParameters {

    private static final int MAX_LENGTH = 2048;

    private final MultiMap values;

    OAuthParameters(MultiMap values) {
        this.values = values;
    }

    /**
     * Returns the value of a parameter; empty if it is missing.
     *
     * @throws OAuthException if it occurs more than once, has more than 2,048 characters, or has control characters
     */
    String get(String name) {
        List<String> all = values.getAll(name);
        if (all.size() > 1) {
            throw OAuthException.invalidRequest(name + " occurs more than once.");
        }
        String value = all.isEmpty() ? "" : all.get(0);
        if (value.length() > MAX_LENGTH || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw OAuthException.invalidRequest(name + " is too long, or has control characters.");
        }
        return value;
    }

    /**
     * Returns the value of a required parameter.
     *
     * @throws OAuthException if it is missing
     */
    String require(String name) {
        String value = get(name);
        if (value.isEmpty()) {
            throw OAuthException.invalidRequest(name + " is missing.");
        }
        return value;
    }
}
