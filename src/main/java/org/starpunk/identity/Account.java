package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The author: profile, password, sessions. */
public interface Account {

    /** The profile as of now: kept in memory, so that a page need not ask for it. */
    Profile profile();

    /**
     * Sets the site up: allowed once.
     *
     * @param passwordHash as {@link Passwords} made it
     * @return false when the site was set up already, and nothing changed
     */
    Future<Boolean> setUp(Profile profile, String passwordHash);

    Future<Void> changeProfile(Profile profile);

    /** The hash of the author's password; empty before the site is set up. */
    Future<Optional<String>> passwordHash();

    /** Changes the password and ends every session. */
    Future<Void> changePassword(String passwordHash);

    /** Keeps a one-time setup secret, as its hash; an older one is no longer valid. */
    Future<Void> offerSetup(String secretHash, Instant expires);

    /** Whether a setup secret is valid now; using it up is {@link #setUp}'s. */
    Future<Boolean> setupOffered(String secretHash);

    /** Opens a session, kept by its secret's hash. */
    Future<Void> openSession(Session session);

    /** The session of a secret's hash, unless it has ended or expired. */
    Future<Optional<Session>> session(String secretHash);

    /** Notes that a session was used, for its idle time-out. */
    Future<Void> touchSession(String secretHash, Instant seen);

    Future<Void> endSession(String secretHash);

    /** Sessions that have not ended, newest first. */
    Future<List<Session>> sessions();

    /**
     * A login.
     *
     * @param secretHash the hash of the cookie's secret
     * @param created when it was opened
     * @param seen when it was last used, to the hour
     * @param expires when it ends at the latest
     * @param userAgent what the browser called itself, cut at 200 characters
     */
    record Session(String secretHash, Instant created, Instant seen, Instant expires, String userAgent) {

        /** How long a session lives at the most. */
        public static final Duration LIFETIME = Duration.ofDays(30);

        /** How long a session lives unused. */
        public static final Duration IDLE = Duration.ofDays(14);

        /** Whether it is still good: neither too old nor unused for too long. */
        public boolean validAt(Instant now) {
            return now.isBefore(expires) && now.isBefore(seen.plus(IDLE));
        }
    }
}
