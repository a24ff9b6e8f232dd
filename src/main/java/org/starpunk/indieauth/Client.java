package org.starpunk.indieauth;

import java.net.URI;
import java.util.Set;

/**
 * A client, as its own page describes it.
 *
 * @param id its URL
 * @param name what it calls itself; empty when it does not say, or its page could not be read
 * @param redirects further places to go back to that its page lists
 * @param known whether its page could be read
 */
record Client(URI id, String name, Set<String> redirects, boolean known) {

    Client {
        redirects = Set.copyOf(redirects);
    }

    static Client unknown(URI id) {
        return new Client(id, "", Set.of(), false);
    }

    /** Whether it may be answered there: on its own origin, or at a place that it lists, letter for letter. */
    boolean mayReturnTo(URI redirect) {
        return ClientUrl.sameOrigin(id, redirect) || redirects.contains(redirect.toString());
    }
}
