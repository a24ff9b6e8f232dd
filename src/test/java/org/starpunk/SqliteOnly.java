package org.starpunk;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;

/** A test of what only SQLite does; the run on PostgreSQL leaves it out. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfEnvironmentVariable(
        named = TestDatabase.VARIABLE,
        matches = "postgresql",
        disabledReason = "it is about SQLite")
public @interface SqliteOnly {
    /** Why it means nothing on PostgreSQL. */
    String value();
}
