package org.starpunk.indieauth;

import java.net.URI;
import java.util.Set;

/**
 * Client metadata from the client's own page.
 *
 * @param id URL of the client
 * @param name name of the client; empty if its page has none or was not readable
 * @param redirects additional redirect URIs that the page lists
 * @param known whether the page was readable
 */
record ClientMetadata(URI id, String name, Set<String> redirects, boolean known) {

    ClientMetadata {
        redirects = Set.copyOf(redirects);
    }

    static ClientMetadata unknown(URI id) {
        return new ClientMetadata(id, "", Set.of(), false);
    }

    /** Returns whether a redirect URI is allowed: on the client's own origin, or identical to one that it lists. */
    boolean mayReturnTo(URI redirect) {
        return ClientUrlRules.sameOrigin(id, redirect) || redirects.contains(redirect.toString());
    }
}
