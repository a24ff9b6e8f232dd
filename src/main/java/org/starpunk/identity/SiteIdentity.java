package org.starpunk.identity;

import java.time.Instant;

/**
 * What never changes about a site, wherever it moves.
 *
 * @param created when it was created, or brought to the version that first stored this
 * @param uid the id of its feed, a URI
 */
public record SiteIdentity(Instant created, String uid) {}
