package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Machine;
import org.starpunk.SqliteOnly;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** Commands on a running and on a stopped site: tokens, search index, schema, manual. */
@SqliteOnly("it reads the file, and reindex is of FTS5")
class UpkeepTest {

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_token_made_by_a_command_posts_a_note_until_it_is_revoked() throws Exception {
        String token = shell().ok("token", "create", "backup script", "--scope", "create,update", "--days", "30")
                .out()
                .strip();
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        assertThat(post(token).statusCode()).isEqualTo(201);

        JsonArray list = new JsonArray(shell().ok("token", "list", "--json").out());
        assertThat(list).hasSize(1);
        JsonObject row = list.getJsonObject(0);
        assertThat(row.getString("for")).isEqualTo("backup script");
        assertThat(row.getString("scopes")).isEqualTo("create update");
        assertThat(row.getString("expires")).isNotNull();
        assertThat(list.encode()).doesNotContain(token);
        assertThat(shell().ok("token", "list").out()).contains("backup script").doesNotContain(token);

        String id = row.getLong("id").toString();
        assertThat(new JsonObject(shell().ok("token", "revoke", id, "--json").out()))
                .isEqualTo(new JsonObject().put("id", row.getInteger("id")).put("revoked", true));
        assertThat(post(token).statusCode()).isEqualTo(401);
        ProgramResult again = shell().run("token", "revoke", id);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("there is no valid token " + id, "Fix: ");
        ProgramResult scope = shell().run("token", "create", "x", "--scope", "cretae");
        assertThat(scope.exitCode()).isEqualTo(2);
        assertThat(scope.err()).contains("there is no scope 'cretae'", "create, update");
    }

    private HttpResponse<String> post(String token) {
        return site.send(site.request(
                        "/micropub",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("h=entry&content=by+a+script"))
                .build());
    }

    @Test
    void reindex_cures_an_index_that_lost_rows_or_has_wrong_ones_while_the_site_runs() throws Exception {
        Note lost = site.publish("A hedgehog under the leaves", "");
        site.publish("Something about trains", "");
        sql("DELETE FROM notes_search WHERE rowid = " + lost.id());
        sql("INSERT INTO notes_search (rowid, title, text, tags) VALUES (4711, '', 'a ghost', '')");
        assertThat(shell().ok("reindex").out()).contains("2 notes");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> site.get("/search?q=hedgehog").body().contains("/notes/a-hedgehog-under-the-leaves"));
        assertThat(numberOf("SELECT count(*) FROM notes_search")).isEqualTo(2);
        sql("DROP TABLE notes_search");
        sql("CREATE TABLE notes_search (nonsense TEXT)");
        site.stop();
        assertThat(new JsonObject(shell().ok("reindex", "--json").out()).getInteger("notes"))
                .as("an index that is none")
                .isEqualTo(2);
        site.startAgain(0);
        assertThat(site.get("/search?q=hedgehog").body()).contains("/notes/a-hedgehog-under-the-leaves");
    }

    @Test
    void what_another_process_writes_is_on_the_pages_of_a_running_site() throws Exception {
        Note note = site.publish("The first words", "");
        assertThat(site.get("/").body()).contains("The first words");
        sql("UPDATE notes SET version = version + 1, html = '<p>Other words</p>' WHERE id = " + note.id());
        await().atMost(Duration.ofMinutes(2)).until(() -> site.get("/").body().contains("Other words"));
    }

    /**
     * Successful prepared statements are cached. A failed one is not cached, so the next one looks up the tables again.
     */
    @Test
    void tables_that_were_away_for_a_while_are_found_again_without_a_restart() throws Exception {
        Note note = site.publish("Still here", "kept");
        for (String table : List.of("notes", "note_tags", "tags", "notes_search")) {
            assertThat(site.get(note.path()).statusCode()).isEqualTo(200);
            sql("ALTER TABLE " + table + " RENAME TO away");
            assertThat(table.equals("notes_search") || fails("/admin/notes"))
                    .as(table)
                    .isTrue();
            assertThatThrownBy(() -> site.publish("Lost", "kept")).hasMessageContaining("no such table: " + table);
            sql("ALTER TABLE away RENAME TO " + table);
            assertThat(fails("/admin/notes")).as(table).isFalse();
            Note after = site.publish("After " + table, "kept");
            assertThat(site.get(after.path()).statusCode()).isEqualTo(200);
            assertThat(site.get("/search?q=after").body()).contains(after.path());
        }
    }

    private boolean fails(String path) {
        return site.get(path, "Accept", "text/html").statusCode() == 500;
    }

    @Test
    void migrate_says_what_it_would_do_and_is_refused_under_a_running_server() throws Exception {
        assertThat(shell().ok("migrate").out()).contains("the newest: nothing to do");
        int port = site.uri().getPort();
        site.stop();
        // A site of the first version: its tables, and none of the later ones.
        Path old = folder.resolve("old");
        Files.createDirectories(old);
        String first = Files.readString(Path.of("src/main/resources/db/sqlite/001-notes.sql"));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + old.resolve("starpunk.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(first);
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        ProgramResult dry = new Program(folder).run("migrate", "--dry-run", "--json", "--data-dir", old.toString());
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        JsonObject plan = new JsonObject(dry.out());
        assertThat(plan.getInteger("found")).isEqualTo(1);
        assertThat(plan.getJsonArray("missing")).contains("002-account", "003-tokens");
        assertThat(new Program(folder)
                        .run("migrate", "--dry-run", "--data-dir", old.toString())
                        .out())
                .contains("to do: 002-account", "starpunk backup");
        ProgramResult done = new Program(folder).run("migrate", "--data-dir", old.toString());
        assertThat(done.out()).contains("was updated from schema 1 to ");
        assertThat(done.err())
                .contains("migrating the database from schema 1 to ", "step 1 of ")
                .doesNotContain("\tat ");
        assertThat(new Program(folder)
                        .run("migrate", "--data-dir", old.toString())
                        .out())
                .contains("nothing to do");
        site.startAgain(port);
        sql("PRAGMA user_version = 2");
        ProgramResult refused = shell().run("migrate");
        assertThat(refused.exitCode()).isEqualTo(65);
        assertThat(refused.err()).contains("a server is running on it", "Fix: stop the server");
    }

    @Test
    void the_manual_page_is_one_that_man_shows_without_a_warning() throws Exception {
        Machine.needs("man", "man-db");
        ProgramResult page = new Program(folder).run("man");
        Path file = Files.writeString(folder.resolve("starpunk.1"), page.out());
        ProcessBuilder viewer = new ProcessBuilder("man", "--warnings=all", "-P", "cat", "-l", file.toString())
                .redirectOutput(folder.resolve("man.txt").toFile())
                .redirectError(folder.resolve("man.err").toFile());
        viewer.environment().put("LC_ALL", "C.UTF-8");
        Process man = viewer.start();
        assertThat(man.waitFor()).isZero();
        assertThat(folder.resolve("man.err")).hasContent("");
        String shown = Files.readString(folder.resolve("man.txt"));
        assertThat(shown).contains("starpunk backup", "--dry-run", "EXIT STATUS", "78", "--scope");
    }

    private void sql(String statement) throws Exception {
        try (var connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + site.dataDir().resolve("starpunk.db"));
                Statement doing = connection.createStatement()) {
            doing.execute("PRAGMA busy_timeout = 10000");
            doing.executeUpdate(statement);
        }
    }

    private long numberOf(String query) throws Exception {
        try (var connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + site.dataDir().resolve("starpunk.db"));
                Statement asking = connection.createStatement();
                var row = asking.executeQuery(query)) {
            return row.getLong(1);
        }
    }

    private Program shell() {
        return Program.on(site.dataDir(), folder);
    }
}
