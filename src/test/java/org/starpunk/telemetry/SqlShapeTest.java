package org.starpunk.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of statements. */
class SqlShapeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT a FROM notes WHERE id = ?                                        | SELECT notes",
                "SELECT (SELECT max(x) FROM tags t WHERE (t.id) = n.id) FROM notes n     | SELECT notes",
                "SELECT count(*) FROM (SELECT 1 FROM tags)                               | SELECT tags",
                "INSERT INTO notes (a, b) SELECT c, d FROM tags                          | INSERT notes",
                "UPDATE notes SET a = (SELECT b FROM tags)                               | UPDATE notes",
                "SELECT 1                                                                | SELECT",
                "SELECT a) FROM notes                                                    | SELECT notes",
            })
    void a_statement_is_called_by_what_it_does_and_the_table_that_it_is_about(String sql, String name) {
        assertThat(SqlShape.of(sql).name()).isEqualTo(name);
    }
}
