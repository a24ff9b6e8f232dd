package org.starpunk.store;

import io.vertx.core.Future;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.AuthorizationCode;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.identity.TokenRepository;

/** Tokens and authorization codes in the database, by the hashes of their secrets. May be used on any thread. */
public final class TokenStore implements TokenRepository {

    private static final String TOKEN = "SELECT id, client_id, scopes, created, expires, last_used FROM tokens";
    private static final String VALID = " (expires IS NULL OR expires > ?)";
    private static final String CODE =
            "SELECT secret_hash, client_id, redirect_uri, scopes, challenge, token_days, expires, taken FROM codes"
                    + " WHERE secret_hash = ?";
    private static final Duration USE_RECORD_INTERVAL = Duration.ofDays(1);

    private final StoreClient store;
    private final Clock clock;

    public TokenStore(StoreClient store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Future<Optional<Token>> issue(NewToken token) {
        return store.call(sql -> sql.write(jdbc -> issue(jdbc, token)));
    }

    private Optional<Token> issue(JdbcSession sql, NewToken token) throws SQLException {
        String code = token.codeHash();
        Instant expires = token.expires();
        sql.change(
                "INSERT INTO tokens (secret_hash, client_id, scopes, created, expires, code_hash) SELECT ?, ?, ?, ?,"
                        + " CAST(? AS BIGINT), ? WHERE CAST(? AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM codes WHERE"
                        + " secret_hash = ? AND taken = 1)",
                token.secretHash(),
                token.clientId(),
                token.scopes().toString(),
                token.created().toEpochMilli(),
                expires == null ? null : expires.toEpochMilli(),
                code,
                code,
                code);
        return sql.first(TOKEN + " WHERE secret_hash = ?", TokenStore::readToken, token.secretHash());
    }

    @Override
    public Future<Optional<Token>> byHash(String secretHash) {
        String select = TOKEN + " WHERE secret_hash = ? AND" + VALID;
        return store.read(jdbc -> jdbc.first(select, TokenStore::readToken, secretHash, clock.millis()));
    }

    @Override
    public Future<Void> recordUse(long id, Instant when) {
        String update = "UPDATE tokens SET last_used = ? WHERE id = ?";
        return store.call(sql -> sql.note(jdbc -> jdbc.change(update, when.toEpochMilli(), id)))
                .mapEmpty();
    }

    @Override
    public Future<Boolean> revoke(long id) {
        return write("DELETE FROM tokens WHERE id = ? AND" + VALID, id, clock.millis())
                .map(rows -> rows > 0);
    }

    @Override
    public Future<Boolean> revokeByHash(String secretHash) {
        return write("DELETE FROM tokens WHERE secret_hash = ? AND" + VALID, secretHash, clock.millis())
                .map(rows -> rows > 0);
    }

    @Override
    public Future<Integer> revokeAll() {
        return store.call(sql -> sql.write(jdbc -> {
            int unused = jdbc.change("DELETE FROM codes");
            int revoked = jdbc.change("DELETE FROM tokens WHERE" + VALID, clock.millis());
            unused = jdbc.change("DELETE FROM tokens");
            return revoked;
        }));
    }

    @Override
    public Future<List<Token>> list() {
        String select = TOKEN + " WHERE" + VALID + " ORDER BY id DESC";
        return store.read(jdbc -> jdbc.list(select, TokenStore::readToken, clock.millis()));
    }

    @Override
    public Future<Void> keepCode(AuthorizationCode code) {
        return store.call(sql -> sql.write(jdbc -> insertCode(jdbc, code))).mapEmpty();
    }

    private int insertCode(JdbcSession sql, AuthorizationCode code) throws SQLException {
        sql.change("DELETE FROM codes WHERE expires < ?", clock.millis() - USE_RECORD_INTERVAL.toMillis());
        return sql.change(
                "INSERT INTO codes (secret_hash, client_id, redirect_uri, scopes, challenge, token_days, expires)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                code.secretHash(),
                code.clientId(),
                code.redirectUri(),
                code.scopes().toString(),
                code.challenge(),
                code.tokenDays(),
                code.expires().toEpochMilli());
    }

    @Override
    public Future<Optional<AuthorizationCode>> takeCode(String secretHash, Instant now) {
        return store.call(sql -> sql.write(jdbc -> takeCode(jdbc, secretHash)))
                .map(found -> found.filter(code ->
                        code.expires().isAfter(now) && !code.expires().isAfter(now.plus(AuthorizationCode.LIFETIME))));
    }

    private static Optional<AuthorizationCode> takeCode(JdbcSession sql, String secretHash) throws SQLException {
        sql.change("UPDATE codes SET taken = taken + 1 WHERE secret_hash = ?", secretHash);
        boolean again =
                sql.first(CODE, row -> row.getInt("taken") > 1, secretHash).orElse(false);
        if (again) {
            sql.change("DELETE FROM tokens WHERE code_hash = ?", secretHash);
            return Optional.empty();
        }
        return sql.first(CODE, TokenStore::readCode, secretHash);
    }

    private Future<Integer> write(String statement, Object... parameters) {
        return store.call(sql -> sql.write(jdbc -> jdbc.change(statement, parameters)));
    }

    private static Token readToken(ResultSet row) throws SQLException {
        return new Token(
                row.getLong(1),
                row.getString(2),
                Scopes.parse(row.getString(3)),
                Instant.ofEpochMilli(row.getLong(4)),
                instant(row, 5),
                instant(row, 6));
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    private static AuthorizationCode readCode(ResultSet row) throws SQLException {
        return new AuthorizationCode(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Scopes.parse(row.getString(4)),
                row.getString(5),
                row.getInt(6),
                Instant.ofEpochMilli(row.getLong(7)));
    }
}
