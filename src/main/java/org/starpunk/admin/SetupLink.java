package org.starpunk.admin;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import org.starpunk.identity.Account;
import org.starpunk.identity.SecretTokens;

/** One-time link that lets the owner of a new site set it up. Only the hash of its secret is stored. */
public final class SetupLink {

    /** Lifetime of a link. */
    public static final Duration VALID = Duration.ofMinutes(30);

    private SetupLink() {}

    /**
     * Creates a link and invalidates the previous one.
     *
     * @param baseUrl current address of the site, without a trailing slash
     * @return the link, which is not stored
     */
    public static Future<String> create(Account account, String baseUrl, Clock clock) {
        return offer(account, SecretTokens.create(), baseUrl, clock);
    }

    /** Creates a link from a given secret, for an unattended start. */
    public static Future<String> offer(Account account, String secret, String baseUrl, Clock clock) {
        return account.offerSetup(SecretTokens.hash(secret), clock.instant().plus(VALID))
                .map(unused -> baseUrl + "/admin/setup?t=" + secret);
    }
}
