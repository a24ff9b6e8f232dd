package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.archive.Exporter;
import org.starpunk.config.Settings;
import org.starpunk.identity.Profile;
import org.starpunk.job.ProgressListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starpunk export}. */
@Command(
        name = "export",
        description =
                "Write the whole site as Markdown files with front matter, pictures and checksums. The site may run.",
        footer = {
            "",
            "The export contains drafts, private and deleted notes: protect it like the site. Another site reads it with: starpunk import"
        })
final class ExportCommand implements Callable<Integer> {

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(
            paramLabel = "DIR|ZIP",
            description = "The target: a new file whose name ends in .zip, or a new or empty folder.")
    @Nullable
    Path target;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = Objects.requireNonNull(options).settings();
        Path wanted = Objects.requireNonNull(target);
        Exporter.ExportResult done = CancellableTask.run("export", progress -> export(settings, wanted, progress));
        System.out.println(
                json ? asJson(done) : "%s: %,d notes, %,d files".formatted(done.target(), done.notes(), done.files()));
        return ExitCode.OK;
    }

    private static Exporter.ExportResult export(Settings settings, Path target, ProgressListener progress) {
        try (OfflineSite site = OfflineSite.open(settings)) {
            return new Exporter(
                            new BlockingNoteRepository(site.archive()),
                            settings.dataDir(),
                            about(site.account().profile()),
                            site.account().profile().zone())
                    .run(target, Instant.now(), progress);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(
                            ExitCode.FAILURE, target + " already exists", "choose a new file or an empty folder")
                    .causedBy(e);
        } catch (IOException e) {
            throw new CommandException(
                            ExitCode.FAILURE,
                            "the site was not exported: " + IoErrorMessages.of(e),
                            "free some space on the disk or choose another target, and run it again")
                    .causedBy(e);
        }
    }

    private static JsonObject about(Profile profile) {
        return new JsonObject()
                .put("name", profile.siteName())
                .put("url", profile.siteUrl())
                .put("author", profile.authorName())
                .put("bio", profile.bio())
                .put("photo", profile.photo())
                .put("language", profile.language())
                .put("timeZone", profile.zone().getId())
                .put("links", new JsonArray(profile.links()))
                .put("aiCrawlers", profile.aiCrawlers());
    }

    private static String asJson(Exporter.ExportResult done) {
        return new JsonObject()
                .put("target", done.target().toString())
                .put("notes", done.notes())
                .put("files", done.files())
                .encodePrettily();
    }
}
