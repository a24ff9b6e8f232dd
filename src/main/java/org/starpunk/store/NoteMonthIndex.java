package org.starpunk.store;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/**
 * The months of the archive, as they are stored with the notes: those of the site's time zone. They are written in the transaction
 * that writes a note or changes the zone, so that both always agree.
 */
final class NoteMonthIndex {

    static final int STEP = 1_000;

    private static final String AFTER = "SELECT id, published, month FROM notes WHERE id > ? ORDER BY id LIMIT ?";

    private NoteMonthIndex() {}

    /** The site's zone as a transaction found it; looked up at most once. */
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

    /** Returns the zone that is recorded; empty before the site is set up. */
    static Optional<ZoneId> read(JdbcSession sql) throws SQLException {
        return sql.first("SELECT time_zone FROM account", row -> Optional.ofNullable(row.getString(1)))
                .flatMap(name -> name)
                .map(ZoneId::of);
    }

    /** Returns the month of a time, as year * 100 + month. Before the site is set up, it is the month by the time's own offset. */
    static int of(JdbcSession sql, OffsetDateTime time) throws SQLException {
        return sql.zone()
                .get(sql)
                .map(zone -> number(time.atZoneSameInstant(zone)))
                .orElseGet(() -> number(time.atZoneSameInstant(time.getOffset())));
    }

    /** Moves all notes to the months of another zone. */
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
