package org.starpunk.admin;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import org.starpunk.identity.Account;
import org.starpunk.identity.SecretTokens;

/** The one-time link with which the owner of a new site takes it over. Only its hash is kept. */
public final class SetupLink {

    /** How long a link is good. */
    public static final Duration VALID = Duration.ofMinutes(30);

    private SetupLink() {}

    /**
     * Makes a new link; an older one is no longer valid.
     *
     * @param baseUrl where the site is now, without a slash at the end
     * @return the link's text, which is written nowhere else
     */
    public static Future<String> create(Account account, String baseUrl, Clock clock) {
        return offer(account, SecretTokens.create(), baseUrl, clock);
    }

    /** Makes a link of a secret that was given from outside, for an unattended start. */
    public static Future<String> offer(Account account, String secret, String baseUrl, Clock clock) {
        return account.offerSetup(SecretTokens.hash(secret), clock.instant().plus(VALID))
                .map(unused -> baseUrl + "/admin/setup?t=" + secret);
    }
}
