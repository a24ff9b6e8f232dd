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
        return "/tags/" + URLEncoder.encode(slug, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
