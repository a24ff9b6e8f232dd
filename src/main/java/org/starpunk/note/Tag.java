package org.starpunk.note;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A tag, looked up by its slug and shown as it was first written.
 *
 * @param slug the normalised name: what it is found by and what stands in its URL
 * @param name the name as first written
 */
public record Tag(String slug, String name) {

    /** {@code /tags/caf%C3%A9}: ready for a link. */
    public String path() {
        return "/tags/"
                + (isPlain()
                        ? slug
                        : URLEncoder.encode(slug, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** Most are: a list of notes has forty links to tags, and the encoder takes half a microsecond for each. */
    private boolean isPlain() {
        for (int i = 0; i < slug.length(); i++) {
            char c = slug.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
