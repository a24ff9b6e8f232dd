package org.starpunk.command;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk reindex}. */
@Command(
        name = "reindex",
        description = "Rebuild the search index. The site may run.",
        footer = {"", "Searches work during the rebuild. An interruption does no harm: run it again."})
final class ReindexCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = Objects.requireNonNull(options).settings();
        long notes = CancellableTask.run("reindex", progress -> {
            try (OfflineSite site = OfflineSite.open(settings)) {
                return BlockingFutures.await(site.search().rebuild(progress));
            }
        });
        System.out.println(
                json
                        ? new JsonObject().put("notes", notes).encodePrettily()
                        : "The search index was rebuilt: %,d notes.".formatted(notes));
        return ExitCode.OK;
    }
}
