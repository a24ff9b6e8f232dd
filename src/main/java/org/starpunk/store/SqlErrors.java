package org.starpunk.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.note.UnavailableException;

/** Meanings of database failures. */
final class SqlErrors {

    private SqlErrors() {}

    /**
     * Returns a short name without values: {@code SQLITE_BUSY}, {@code SQLSTATE 23505}, or the class of the exception.
     */
    static String code(Throwable failure) {
        String state = state(failure);
        if (state != null) {
            return "SQLSTATE " + state;
        }
        SQLiteErrorCode code = sqlite(failure);
        return code == null ? failure.getClass().getSimpleName() : code.name();
    }

    /**
     * Returns the reason of a failure as text for the operator, such as "the disk is full"; the name of its code if
     * there is no better text.
     */
    static String reason(Throwable failure) {
        Throwable translated = translate(failure);
        return translated instanceof UnavailableException ? String.valueOf(translated.getMessage()) : code(failure);
    }

    /** Rethrows a failure of database work with its specific type. */
    static void rethrow(Exception failure) throws SQLException {
        if (failure instanceof SQLException sql) {
            throw sql;
        }
        throw failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }

    /**
     * Converts a temporary failure, such as a lock or a full disk, to {@link UnavailableException}. Returns other
     * failures unchanged.
     */
    static Throwable translate(Throwable failure) {
        if (failure instanceof UnavailableException) {
            return failure; // more specific than its cause, which may be a failure of the database
        }
        String state = state(failure);
        if (state != null) {
            String passing = PostgresErrors.passing(state);
            return passing.isEmpty() ? failure : new UnavailableException(passing, failure);
        }
        SQLiteErrorCode code = sqlite(failure);
        if (code == null) {
            return failure;
        }
        return switch (primary(code)) {
            case SQLITE_BUSY, SQLITE_LOCKED -> new UnavailableException("the database is busy", failure);
            case SQLITE_INTERRUPT -> new UnavailableException("reading took too long", failure);
            case SQLITE_FULL -> new UnavailableException(DiskErrorMeaning.FULL, failure);
            case SQLITE_READONLY, SQLITE_PERM -> new UnavailableException("the database cannot be written", failure);
            case SQLITE_CANTOPEN -> new UnavailableException("a file of the database cannot be opened", failure);
            case SQLITE_IOERR -> new UnavailableException(DiskErrorMeaning.BROKEN, failure);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> new UnavailableException("the database is damaged", failure);
            default -> failure;
        };
    }

    /** Returns whether a unique index rejected a row. */
    static boolean isDuplicate(Throwable failure) {
        if ("23505".equals(state(failure))) {
            return true;
        }
        SQLiteErrorCode code = sqlite(failure);
        return code == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE || code == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY;
    }

    /** Returns PostgreSQL's SQLSTATE; null for failures of SQLite, whose driver sets none. */
    static @Nullable String state(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getSQLState() != null) {
                return e.getSQLState();
            }
        }
        return null;
    }

    private static SQLiteErrorCode primary(SQLiteErrorCode code) {
        return SQLiteErrorCode.getErrorCode(code.code & 0xff);
    }

    static @Nullable SQLiteErrorCode sqlite(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e) {
                return e.getResultCode();
            }
            if (cause instanceof SQLException e && e.getErrorCode() != 0) {
                return SQLiteErrorCode.getErrorCode(e.getErrorCode());
            }
        }
        return null;
    }
}
