package org.starpunk.store;

import io.vertx.core.Future;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SiteIdentity;
import org.starpunk.note.SiteRevision;
import org.starpunk.note.UnavailableException;

/** The author's account in the database. Thread-safe. The process has one instance, which caches the profile. */
public final class AccountStore implements Account {

    private static final Logger LOG = LoggerFactory.getLogger(AccountStore.class);
    private static final String SELECT_PROFILE =
            "SELECT site_name, site_url, author_name, bio, photo, language, time_zone, links, ai_crawlers"
                    + " FROM account";

    private static final Duration LONGEST_OFFER = Duration.ofHours(1);
    private static final String SESSION = "SELECT secret_hash, created, seen, expires, user_agent FROM sessions";

    private final StoreClient store;
    private final Clock clock;
    private final SiteRevision revision;
    private final @Nullable String baseUrl;
    private final SiteIdentity origin;
    private volatile Profile profile;

    private AccountStore(
            StoreClient store,
            Clock clock,
            SiteRevision revision,
            @Nullable String baseUrl,
            SiteIdentity origin,
            Profile profile) {
        this.origin = origin;
        this.store = store;
        this.clock = clock;
        this.revision = revision;
        this.baseUrl = baseUrl;
        this.profile = profile;
    }

    /**
     * Reads the profile.
     *
     * @param clock supplies the current time. Its zone is used where no time zone is stored: before setup, and for a
     *     site that an earlier version set up
     * @param revision advanced when the profile changes
     * @param baseUrl configured address of the site; overrides the address from setup; null if none is configured
     * @param here address of the site before setup, without a trailing slash
     */
    public static Future<AccountStore> open(
            StoreClient store, Clock clock, SiteRevision revision, @Nullable String baseUrl, String here) {
        return recordZone(store, clock.getZone())
                .compose(unused -> store.read(jdbc -> {
                    Profile found = jdbc.first(SELECT_PROFILE, AccountStore::readProfile)
                            .orElseGet(() -> Profile.unset(here, clock.getZone()));
                    SiteIdentity origin = jdbc.first("SELECT created, uid FROM site", AccountStore::readOrigin)
                            .orElseThrow();
                    return new AccountStore(store, clock, revision, baseUrl, origin, at(found, baseUrl));
                }));
    }

    /**
     * Stores the time zone of a site that was set up before this setting existed. Its times and the addresses of its
     * archive then stay the same when the server moves to another zone.
     */
    private static Future<Void> recordZone(StoreClient store, ZoneId zone) {
        String missing = "SELECT 1 FROM account WHERE time_zone IS NULL";
        return store.read(jdbc -> jdbc.first(missing, unused -> true))
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : store.call(sql -> sql.publish(jdbc -> recordZone(jdbc, zone))))
                .mapEmpty();
    }

    private static int recordZone(JdbcSession sql, ZoneId zone) throws SQLException {
        int recorded = sql.change("UPDATE account SET time_zone = ? WHERE time_zone IS NULL", zone.getId());
        if (recorded == 1) { // another process may have stored it first
            NoteMonthIndex.move(sql, zone);
            LOG.info("the site's time zone is {}: change it in Settings", zone);
        }
        return recorded;
    }

    private static SiteIdentity readOrigin(ResultSet row) throws SQLException {
        return new SiteIdentity(Instant.ofEpochMilli(row.getLong(1)), row.getString(2));
    }

    private static Profile at(Profile found, @Nullable String baseUrl) {
        if (baseUrl == null) {
            return found;
        }
        return found.withSiteUrl(baseUrl);
    }

    @Override
    public Profile profile() {
        return profile;
    }

    @Override
    public SiteIdentity origin() {
        return origin;
    }

    @Override
    public Future<Boolean> setUp(Profile wished, String passwordHash) {
        return store.call(sql -> sql.write(jdbc -> setUp(jdbc, wished, passwordHash)))
                .compose(done -> changed(done, wished).map(done));
    }

    private static boolean setUp(JdbcSession sql, Profile wished, String passwordHash) throws SQLException {
        int added = sql.change(
                "INSERT INTO account (id, site_name, site_url, author_name, bio, photo, language, time_zone,"
                        + " links, ai_crawlers, password_hash) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                wished.siteName(),
                wished.siteUrl(),
                wished.authorName(),
                wished.bio(),
                wished.photo(),
                wished.language(),
                wished.zone().getId(),
                String.join("\n", wished.links()),
                wished.aiCrawlers() ? 1L : 0L,
                passwordHash);
        sql.change("DELETE FROM setup_offer");
        if (added == 1) {
            NoteMonthIndex.move(sql, wished.zone());
        }
        return added == 1;
    }

    /** Advances the revision last, so that a page rendered under the new revision contains the new profile. */
    private Future<Void> changed(boolean done, Profile now) {
        if (!done) {
            return Future.succeededFuture();
        }
        profile = at(now, baseUrl);
        return revision.advanceEverywhere();
    }

    /** Reads the profile again and advances the local revision, after a change by another process. */
    public Future<Void> reread() {
        return store.read(jdbc -> jdbc.first(SELECT_PROFILE, AccountStore::readProfile))
                .onSuccess(found -> found.ifPresent(now -> profile = at(now, baseUrl)))
                .onComplete(unused -> revision.advance())
                .mapEmpty();
    }

    @Override
    public Future<Void> changeProfile(Profile wished) {
        return store.call(sql -> sql.write(jdbc -> changeProfile(jdbc, wished)))
                .compose(rows -> changed(rows == 1, wished))
                .recover(this::rereadIfUnknown);
    }

    private static int changeProfile(JdbcSession sql, Profile wished) throws SQLException {
        boolean moved = !NoteMonthIndex.read(sql).equals(Optional.of(wished.zone()));
        int rows = sql.change(
                "UPDATE account SET site_name = ?, site_url = ?, author_name = ?, bio = ?, photo = ?, language = ?,"
                        + " time_zone = ?, links = ?, ai_crawlers = ?",
                wished.siteName(),
                wished.siteUrl(),
                wished.authorName(),
                wished.bio(),
                wished.photo(),
                wished.language(),
                wished.zone().getId(),
                String.join("\n", wished.links()),
                wished.aiCrawlers() ? 1L : 0L);
        if (moved && rows == 1) {
            NoteMonthIndex.move(sql, wished.zone());
        }
        return rows;
    }

    /** Reads the account again after a change with an unknown outcome, because the change may be stored. */
    private Future<Void> rereadIfUnknown(Throwable failure) {
        boolean unknown = failure instanceof UnavailableException unavailable && unavailable.outcomeUnknown();
        Future<Void> reread = unknown ? reread() : Future.succeededFuture();
        return reread.transform(unused -> Future.failedFuture(failure));
    }

    @Override
    public Future<Optional<String>> passwordHash() {
        String select = "SELECT password_hash FROM account";
        return store.read(jdbc -> jdbc.first(select, row -> row.getString(1)));
    }

    @Override
    public Future<Void> changePassword(String passwordHash, boolean revokeTokens) {
        // Published, so that other processes drop their cached sessions.
        return store.call(sql -> sql.publish(jdbc -> {
                    jdbc.change("UPDATE account SET password_hash = ?", passwordHash);
                    if (revokeTokens) {
                        jdbc.change("DELETE FROM codes");
                        jdbc.change("DELETE FROM tokens");
                    }
                    return jdbc.change("DELETE FROM sessions");
                }))
                .mapEmpty();
    }

    @Override
    public Future<Void> offerSetup(String secretHash, Instant expires) {
        return write(
                "INSERT INTO setup_offer (id, secret_hash, expires) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                        + " secret_hash = excluded.secret_hash, expires = excluded.expires",
                secretHash,
                expires.toEpochMilli());
    }

    @Override
    public Future<Boolean> setupOffered(String secretHash) {
        // An expiry above the maximum comes from a wrong clock.
        long now = clock.millis();
        String select = "SELECT 1 FROM setup_offer WHERE secret_hash = ? AND expires > ? AND expires <= ?"
                + " AND NOT EXISTS (SELECT 1 FROM account)";
        return store.read(jdbc -> jdbc.first(select, unused -> true, secretHash, now, now + LONGEST_OFFER.toMillis()))
                .map(Optional::isPresent);
    }

    @Override
    public Future<Void> openSession(Session session) {
        return store.call(sql -> sql.write(jdbc -> {
                    jdbc.change("DELETE FROM sessions WHERE expires <= ?", clock.millis());
                    return jdbc.change(
                            "INSERT INTO sessions (secret_hash, created, seen, expires, user_agent) VALUES (?, ?, ?,"
                                    + " ?, ?)",
                            session.secretHash(),
                            session.created().toEpochMilli(),
                            session.seen().toEpochMilli(),
                            session.expires().toEpochMilli(),
                            session.userAgent());
                }))
                .mapEmpty();
    }

    @Override
    public Future<Optional<Session>> session(String secretHash) {
        String select = SESSION + " WHERE secret_hash = ?";
        return store.read(jdbc -> jdbc.first(select, AccountStore::readSession, secretHash))
                .map(found -> found.filter(session -> session.validAt(clock.instant())));
    }

    @Override
    public Future<Void> touchSession(String secretHash, Instant seen) {
        String update = "UPDATE sessions SET seen = ? WHERE secret_hash = ?";
        return store.call(sql -> sql.note(jdbc -> jdbc.change(update, seen.toEpochMilli(), secretHash)))
                .mapEmpty();
    }

    @Override
    public Future<Void> endSession(String secretHash) {
        return write("DELETE FROM sessions WHERE secret_hash = ?", secretHash);
    }

    @Override
    public Future<List<Session>> sessions() {
        String select = SESSION + " ORDER BY created DESC";
        return store.read(jdbc -> jdbc.list(select, AccountStore::readSession))
                .map(all -> all.stream()
                        .filter(session -> session.validAt(clock.instant()))
                        .toList());
    }

    private Future<Void> write(String statement, Object... parameters) {
        return store.call(sql -> sql.write(jdbc -> jdbc.change(statement, parameters)))
                .mapEmpty();
    }

    private static Profile readProfile(ResultSet row) throws SQLException {
        return new Profile(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                zone(row.getString(7)),
                row.getString(8).lines().toList(),
                row.getLong(9) == 1);
    }

    private static ZoneId zone(@Nullable String recorded) {
        return recorded == null ? ZoneOffset.UTC : ZoneId.of(recorded);
    }

    private static Session readSession(ResultSet row) throws SQLException {
        return new Session(
                row.getString(1),
                Instant.ofEpochMilli(row.getLong(2)),
                Instant.ofEpochMilli(row.getLong(3)),
                Instant.ofEpochMilli(row.getLong(4)),
                row.getString(5));
    }
}
