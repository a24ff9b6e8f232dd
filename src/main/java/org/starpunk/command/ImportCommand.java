package org.starpunk.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.archive.ImportReport;
import org.starpunk.archive.ImportReport.Remark;
import org.starpunk.archive.Importer;
import org.starpunk.config.LimitSettings;
import org.starpunk.config.Settings;
import org.starpunk.job.ProgressListener;
import org.starpunk.media.MediaDirectory;
import org.starpunk.media.MediaStore;
import org.starpunk.note.NoteLimits;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code starpunk import}. */
@Command(
        name = "import",
        description = "Import notes from an export, from Markdown files or from a feed. The site may run.",
        footer = {
            "",
            "Notes that exist already are not changed, so an import can be repeated, and started again after an"
                    + " interruption. Items that are not public, were skipped or failed are listed with the reason; --json lists"
                    + " every file and item. The exit code is 1 if an item failed, and 0 if items were only skipped"
                    + " on purpose."
        })
final class ImportCommand implements Callable<Integer> {

    private static final int SHOWN = 50;

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Parameters(
            paramLabel = "DIR|ZIP|FEED",
            description = "An export; a folder or ZIP of Markdown, HTML or text files (Jekyll, Hugo, plain), or of"
                    + " Mastodon's or Micro.blog's archive; or a file of WordPress, Blogger, RSS or Atom (.xml,"
                    + " .rss, .atom), Ghost, Mastodon or JSON Feed (.json).")
    @Nullable
    Path source;

    @Option(names = "--dry-run", description = "Print what would be done, without changing anything.")
    boolean dryRun;

    @Option(names = "--json", description = "Write the result as JSON.")
    boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = Objects.requireNonNull(options).settings();
        Path from = Objects.requireNonNull(source);
        ImportReport report = CancellableTask.run("import", progress -> importNotes(settings, from, progress));
        if (json) {
            System.out.println(asJson(report));
        } else {
            print(report);
        }
        return report.failed().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private ImportReport importNotes(Settings settings, Path from, ProgressListener progress) {
        LimitSettings accepted = settings.limits();
        NoteLimits limits = new NoteLimits(
                accepted.noteLength(), accepted.tagsPerNote(), accepted.tagLength(), accepted.titleLength());
        try (OfflineSite site = OfflineSite.open(settings)) {
            BlockingMediaStore pictures = new BlockingMediaStore(
                    new MediaDirectory(settings.dataDir()),
                    new MediaStore(site.vertx(), settings.dataDir()),
                    accepted.uploadBytes(),
                    settings.dataDir().resolve("media/incoming"));
            return new Importer(
                            new BlockingNoteRepository(site.archive()),
                            pictures,
                            limits,
                            site.account().profile().zone(),
                            dryRun,
                            progress)
                    .run(from);
        } catch (IOException e) {
            throw new CommandException(
                            ExitCode.FAILURE,
                            from + " was not imported: " + IoErrorMessages.of(e),
                            "choose an export, a folder or ZIP of Markdown files, or an RSS or Atom file")
                    .causedBy(e);
        }
    }

    private void print(ImportReport report) {
        System.out.printf(
                "%s: %,d notes and %,d pictures%s; %,d notes existed already.%n",
                dryRun ? "To be imported" : "Imported",
                report.addedNotes(),
                report.picturesTaken(),
                dryRun ? ", and pictures that notes link from other sites" : "",
                report.notesThere());
        if (report.otherFiles() > 0) {
            System.out.printf("%,d other files are not notes.%n", report.otherFiles());
        }
        list("Imported under another address:", report.renamed());
        list("To be checked:", report.remarks());
        list("Not public:", report.notPublic());
        list("Skipped on purpose:", report.skipped());
        list("Failed:", report.failed());
    }

    private static void list(String heading, List<Remark> remarks) {
        if (!remarks.isEmpty()) {
            System.out.println(heading);
            remarks.stream()
                    .limit(SHOWN)
                    .forEach(remark -> System.out.println("  " + remark.path() + ": " + remark.text()));
        }
        if (remarks.size() > SHOWN) {
            System.out.printf("  … and %,d more: --json lists all%n", remarks.size() - SHOWN);
        }
    }

    private String asJson(ImportReport report) {
        return new JsonObject()
                .put("dry_run", dryRun)
                .put("notes", report.addedNotes())
                .put("notes_there_already", report.notesThere())
                .put("pictures", report.picturesTaken())
                .put("other_files", report.otherFiles())
                .put("renamed", array(report.renamed()))
                .put("remarks", array(report.remarks()))
                .put("not_public", array(report.notPublic()))
                .put("skipped", array(report.skipped()))
                .put("failed", array(report.failed()))
                .put("items", items(report))
                .encodePrettily();
    }

    private static JsonArray items(ImportReport report) {
        JsonArray array = new JsonArray();
        report.items()
                .forEach(item -> array.add(new JsonObject()
                        .put("path", item.path())
                        .put("result", item.result().name().toLowerCase(Locale.ROOT))
                        .put("address", item.address())
                        .put("text", item.text())));
        return array;
    }

    private static JsonArray array(List<Remark> remarks) {
        JsonArray array = new JsonArray();
        remarks.forEach(
                remark -> array.add(new JsonObject().put("path", remark.path()).put("text", remark.text())));
        return array;
    }
}
