package org.starpunk.store;

import io.vertx.core.Future;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.PasskeyRepository;

/** The author's passkeys in the database. May be used on any thread. */
public final class PasskeyStore implements PasskeyRepository {

    private final StoreClient store;

    public PasskeyStore(StoreClient store) {
        this.store = store;
    }

    @Override
    public Future<List<Passkey>> list() {
        String select =
                "SELECT id, name, public_key, counter, model, created, last_used FROM passkeys ORDER BY created";
        return store.read(jdbc -> jdbc.list(select, PasskeyStore::read));
    }

    private static Passkey read(ResultSet row) throws SQLException {
        return new Passkey(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                lastUsed(row));
    }

    private static @Nullable Instant lastUsed(ResultSet row) throws SQLException {
        long millis = row.getLong(7);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    @Override
    public Future<Boolean> add(Passkey passkey) {
        return change(
                        "INSERT INTO passkeys (id, name, public_key, counter, model, created) VALUES (?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO NOTHING",
                        passkey.id(),
                        passkey.name(),
                        passkey.publicKey(),
                        passkey.counter(),
                        passkey.model(),
                        passkey.created().toEpochMilli())
                .map(rows -> rows == 1);
    }

    @Override
    public Future<Void> recordUse(String id, long counter, Instant when) {
        return change("UPDATE passkeys SET counter = ?, last_used = ? WHERE id = ?", counter, when.toEpochMilli(), id)
                .mapEmpty();
    }

    @Override
    public Future<Boolean> rename(String id, String name) {
        return change("UPDATE passkeys SET name = ? WHERE id = ?", name, id).map(rows -> rows == 1);
    }

    @Override
    public Future<Boolean> remove(String id) {
        return change("DELETE FROM passkeys WHERE id = ?", id).map(rows -> rows == 1);
    }

    private Future<Integer> change(String statement, Object... parameters) {
        return store.call(sql -> sql.write(jdbc -> jdbc.change(statement, parameters)));
    }
}
