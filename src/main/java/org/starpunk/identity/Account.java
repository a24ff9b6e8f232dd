package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The author's account: profile, password, sessions. */
public interface Account {

    /** Returns the current profile, from memory. */
    Profile profile();

    /** Returns what never changes about the site. */
    SiteIdentity origin();

    /**
     * Sets the site up. Succeeds once.
     *
     * @param passwordHash hash of the password, from {@link PasswordHasher#hash}
     * @return false if the site was already set up; then nothing changes
     */
    Future<Boolean> setUp(Profile profile, String passwordHash);

    Future<Void> changeProfile(Profile profile);

    /** Returns the hash of the author's password; empty before the site is set up. */
    Future<Optional<String>> passwordHash();

    /** Changes the password and ends every session. */
    default Future<Void> changePassword(String passwordHash) {
        return changePassword(passwordHash, false);
    }

    /**
     * Changes the password and ends every session, including the caller's.
     *
     * @param revokeTokens whether to also revoke the tokens of all apps and the authorization codes that are still
     *     redeemable
     */
    Future<Void> changePassword(String passwordHash, boolean revokeTokens);

    /** Stores the hash of a one-time setup secret. It replaces an older one. */
    Future<Void> offerSetup(String secretHash, Instant expires);

    /** Returns whether a setup secret is valid now. Only {@link #setUp} consumes it. */
    Future<Boolean> setupOffered(String secretHash);

    /** Stores a session under the hash of its secret. */
    Future<Void> openSession(Session session);

    /** Returns the session with this secret hash, unless it has ended or expired. */
    Future<Optional<Session>> session(String secretHash);

    /** Records the use of a session, for its idle timeout. */
    Future<Void> touchSession(String secretHash, Instant seen);

    Future<Void> endSession(String secretHash);

    /** Returns the sessions that have not ended, newest first. */
    Future<List<Session>> sessions();

    /**
     * A login session.
     *
     * @param secretHash hash of the cookie's secret
     * @param created time of the login
     * @param seen time of the last use, with a resolution of one hour
     * @param expires latest end
     * @param userAgent user agent of the browser, truncated to 200 characters
     */
    record Session(String secretHash, Instant created, Instant seen, Instant expires, String userAgent) {

        /** Maximum lifetime of a session. */
        public static final Duration LIFETIME = Duration.ofDays(30);

        /** Maximum idle time of a session. */
        public static final Duration IDLE = Duration.ofDays(14);

        /** Tolerated clock skew, for times in the future. */
        private static final Duration TOLERANCE = Duration.ofMinutes(5);

        /**
         * Returns whether the session is valid: not expired, not idle for too long, and not dated in the future by a
         * wrong clock.
         */
        public boolean validAt(Instant now) {
            Instant latest = now.plus(TOLERANCE);
            return now.isBefore(expires)
                    && now.isBefore(seen.plus(IDLE))
                    && !created.isAfter(latest)
                    && !seen.isAfter(latest);
        }
    }
}
