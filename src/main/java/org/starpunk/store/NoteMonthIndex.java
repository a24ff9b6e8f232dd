package org.starpunk.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * Months of the archive, stored with the notes in the site's time zone. They are written in the transaction that writes
 * a note or changes the zone, so they are always consistent.
 */
final class NoteMonthIndex {

    static final int STEP = 1_000;

    private static final String AFTER = "SELECT id, published, month FROM notes WHERE id > ? ORDER BY id LIMIT ?";

    private NoteMonthIndex() {}

    /** Time zone of the site, read at most once per transaction. */
    static final class Zone {

        private Optional<ZoneId> zone = Optional.empty();
        private boolean known;

        private Optional<ZoneId> get(JdbcSession sql) throws SQLException {
            if (!known) {
                zone = read(sql);
                known = true;
            }
            return zone;
        }

        void forget() {
            known = false;
        }
    }

    /** Returns the stored time zone; empty before setup. */
    static Optional<ZoneId> read(JdbcSession sql) throws SQLException {
        return sql.first("SELECT time_zone FROM account", row -> Optional.ofNullable(row.getString(1)))
                .flatMap(name -> name)
                .map(ZoneId::of);
    }

    /** Returns the month of a time, as year * 100 + month. Before setup the offset of the time applies. */
    static int of(JdbcSession sql, OffsetDateTime time) throws SQLException {
        return sql.zone()
                .get(sql)
                .map(zone -> number(time.atZoneSameInstant(zone)))
                .orElseGet(() -> number(time.atZoneSameInstant(time.getOffset())));
    }

    /** Computes the months of all notes in another time zone. */
    static void move(JdbcSession sql, ZoneId zone) throws SQLException {
        sql.zone().forget();
        record Dated(long id, long published, int month) {}
        long last = 0;
        List<Dated> page;
        do {
            page = sql.list(AFTER, row -> new Dated(row.getLong(1), row.getLong(2), row.getInt(3)), last, STEP);
            for (Dated note : page) {
                int month = number(Instant.ofEpochMilli(note.published()).atZone(zone));
                if (month != note.month()) {
                    int unused = sql.change("UPDATE notes SET month = ? WHERE id = ?", month, note.id());
                }
                last = note.id();
            }
        } while (page.size() == STEP);
    }

    private static int number(ZonedDateTime time) {
        return time.getYear() * 100 + time.getMonthValue();
    }
}
