package org.starpunk;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;

/** Marks a test of SQLite, which the run on PostgreSQL skips. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfEnvironmentVariable(
        named = TestDatabase.VARIABLE,
        matches = "postgresql",
        disabledReason = "it is about SQLite")
public @interface SqliteOnly {
    /** Reason why it does not apply to PostgreSQL. */
    String value();
}
