package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import org.starpunk.store.Database;
import org.starpunk.store.Database.Schema;
import org.starpunk.store.DatabaseException;
import org.starpunk.store.DatabaseFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk migrate}. */
@Command(
        name = "migrate",
        description = "Migrate the database of a stopped site to the schema of this version; serve does this too.",
        footer = {"", "All steps are one transaction: if one fails, the database does not change."})
final class MigrateCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(names = "--dry-run", description = "Print what would be done, without changing anything.")
    boolean dryRun;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() {
        Settings settings = Objects.requireNonNull(options).settings();
        Schema schema = schema(settings);
        if (!dryRun && !schema.missing().isEmpty()) {
            OfflineSite.open(settings).close();
        }
        System.out.println(json ? asJson(schema) : text(schema, backup(settings)));
        return ExitCode.OK;
    }

    private static Schema schema(Settings settings) {
        try {
            return Database.of(settings).schema();
        } catch (DatabaseException e) {
            throw BlockingFutures.toException(e);
        }
    }

    private static String backup(Settings settings) {
        return Database.of(settings) instanceof DatabaseFile ? "starpunk backup FILE.zip" : "pg_dump --format=custom";
    }

    private String text(Schema schema, String backup) {
        String steps = String.join(", ", schema.missing());
        if (schema.missing().isEmpty()) {
            return "The database has schema " + schema.found() + ", the newest: nothing to do.";
        }
        if (dryRun) {
            return "The database has schema " + schema.found() + "; to do: " + steps
                    + ".\nNothing was changed. Make a backup first: " + backup;
        }
        return "The database was updated from schema " + schema.found() + " to " + schema.known() + ": " + steps + ".";
    }

    private String asJson(Schema schema) {
        return new JsonObject()
                .put("found", schema.found())
                .put("known", schema.known())
                .put(dryRun ? "missing" : "applied", new JsonArray(schema.missing()))
                .encodePrettily();
    }
}
