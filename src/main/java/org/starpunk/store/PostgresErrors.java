package org.starpunk.store;

import java.sql.SQLException;

/** Meanings of PostgreSQL's SQLSTATEs (PostgreSQL, Appendix A). */
final class PostgresErrors {

    private PostgresErrors() {}

    /** Returns the cause of a failed start with its remedy. */
    static DatabaseException atStart(SQLException e, String name) {
        String state = String.valueOf(e.getSQLState());
        String reason = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        if (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")) {
            return DatabaseException.passing(
                    "the database " + name + " cannot be reached (" + reason + ")",
                    "start PostgreSQL there, or correct host and port in STARPUNK_DATABASE_URL"
                            + " (pg_isready tells whether it answers).",
                    e);
        }
        return new DatabaseException("the database " + name + " cannot be used (" + reason + ")", cure(state), e);
    }

    private static String cure(String state) {
        if (state.startsWith("28")) {
            return "correct user= in STARPUNK_DATABASE_URL and STARPUNK_DATABASE_PASSWORD,"
                    + " or let the user in (pg_hba.conf).";
        }
        return switch (state) {
            case "3D000" -> "make it: createdb --owner=USER --encoding=UTF8 --template=template0 NAME.";
            case "3F000" -> "make the schema that currentSchema= names: CREATE SCHEMA NAME AUTHORIZATION USER.";
            case "42501" -> "make the user the owner: ALTER DATABASE NAME OWNER TO USER.";
            default -> "see PostgreSQL's log; its code is " + state + ".";
        };
    }

    /** Returns the reason why the database is temporarily unavailable; empty for other failures. */
    static String passing(String state) {
        if (state.startsWith("08") || state.startsWith("28")) {
            return "the database cannot be reached";
        }
        if (state.startsWith("40") || state.equals("55P03") || state.equals("57014")) {
            return "the database is busy";
        }
        if (state.startsWith("57P")) {
            return "the database is being stopped or started";
        }
        if (state.equals("53100")) {
            return "the database's disk is full";
        }
        if (state.startsWith("53")) {
            return "the database has no more connections or memory";
        }
        if (state.equals("25006") || state.startsWith("58") || state.startsWith("XX")) {
            return "the database cannot be read or written";
        }
        return "";
    }
}
