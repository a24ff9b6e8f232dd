package org.starpunk.archive;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.ImportAction;
import org.starpunk.note.ArchivedNote.ImportOutcome;
import org.starpunk.note.NoteLimits;

/**
 * Imports notes from an export of StarPunk, from files with or without front matter, or from the export of another
 * program. Notes that exist already are not changed, so an interrupted import can be repeated. The report contains the
 * result of every file and item.
 */
public final class Importer implements ImportedItemHandler {

    private static final int STEP = 100;
    private static final String NEW_UID = "it has a new id in feeds, because ";

    /** Limits for exports of StarPunk. They are wide, because the other site may permit more than this one. */
    private static final NoteLimits WIDEST = new NoteLimits(10_000_000, 1_000, 1_000, 10_000);

    private final ArchiveNoteRepository repository;
    private final ArchiveMediaStore pictures;
    private final NoteLimits limits;
    private final ZoneId zone;
    private final boolean dryRun;
    private final ProgressListener progress;
    private final Instant now = Instant.now();
    private final ImportReport report = new ImportReport();
    private final ImportSlugRegistry slugs = new ImportSlugRegistry();

    /** First file of each feed id. */
    private final Map<String, String> uids = new HashMap<>();

    private final List<ImportCandidate> waiting = new ArrayList<>();
    private @Nullable ImportedPictureFinder finder;

    /** File of the current items. The report names an item by its file first. */
    private String file = "";

    /** A note to import, with its file, the reason if it is not public, and remarks for the report. */
    private record ImportCandidate(
            String path, String folder, ArchivedNote note, String reasons, List<String> remarks) {}

    /**
     * @param limits limits of notes from other programs
     * @param zone the author's time zone, for times without an offset
     * @param dryRun whether to report without changing anything
     */
    public Importer(
            ArchiveNoteRepository repository,
            ArchiveMediaStore pictures,
            NoteLimits limits,
            ZoneId zone,
            boolean dryRun,
            ProgressListener progress) {
        this.repository = repository;
        this.pictures = pictures;
        this.limits = limits;
        this.zone = zone;
        this.dryRun = dryRun;
        this.progress = progress;
    }

    /**
     * Runs the import. Blocks until it is complete.
     *
     * @throws ArchiveException if the source as a whole cannot be read
     */
    public ImportReport run(Path source) throws IOException {
        if (Files.isRegularFile(source) && ImportFileReader.isItemFile(source.toString())) {
            finder = new ImportedPictureFinder(null, pictures, report, dryRun);
            items(source.getFileName().toString(), () -> Files.newInputStream(source), true);
        } else {
            try (ArchiveReader pack = ArchiveReader.open(source)) {
                Optional<JsonObject> manifest =
                        pack.manifest().filter(found -> Exporter.FORMAT.equals(found.getValue("format")));
                if (manifest.isPresent()) {
                    export(pack, manifest.get());
                } else {
                    finder = new ImportedPictureFinder(pack, pictures, report, dryRun);
                    folder(pack);
                }
                flush();
            }
        }
        flush();
        return report;
    }

    private void export(ArchiveReader pack, JsonObject manifest) throws IOException {
        if (manifest.getInteger("version", 0) > Exporter.VERSION) {
            throw new ArchiveException(
                    "it was exported by a newer StarPunk (" + manifest.getString("starpunk") + ")", null);
        }
        Map<String, String> sums = pack.sums();
        for (String path : sums.keySet()) {
            if (!pack.has(path)) {
                report.failed(path, "it was exported but is missing here");
            } else if (path.startsWith("media/")) {
                adopt(pack, path, sums);
            }
        }
        List<String> paths = new ArrayList<>(sums.keySet());
        pack.paths().stream().filter(path -> !sums.containsKey(path)).forEach(paths::add);
        long done = 0;
        for (String path : paths) {
            progress.report(done++, paths.size());
            if (path.startsWith("notes/") && path.endsWith(".md") && pack.has(path)) {
                exported(pack, path);
            } else if (!path.startsWith("media/")
                    && !path.equals(ArchiveWriter.MANIFEST)
                    && !path.equals(ArchiveWriter.SUMS)) {
                report.otherFile(path);
            }
        }
    }

    private void exported(ArchiveReader pack, String path) throws IOException {
        ArchivedNote note = readable(path, () -> {
            ArchivedNote read = NoteFileCodec.read(pack.text(path));
            WIDEST.check(read.content());
            return read;
        });
        if (note == null) {
            return;
        }
        Optional<String> twin = slugs.twin(note);
        if (twin.isPresent()) {
            report.skipped(path, "it is the same note as " + twin.get());
            return;
        }
        List<String> remarks = new ArrayList<>();
        String other = note.uid() == null ? null : uids.putIfAbsent(note.uid(), path);
        if (other != null) {
            note = note.withNewUid();
            remarks.add(NEW_UID + other + " has its own");
        }
        found(new ImportCandidate(path, "", slugs.distinct(path, note), "", remarks));
    }

    /** Processes an item. A failure is reported with the item and does not end the import; the result is then null. */
    private <T> @Nullable T readable(String path, ItemWork<T> work) throws IOException {
        try {
            return work.run();
        } catch (CancellationException e) {
            throw e;
        } catch (ArchiveException | IllegalArgumentException e) {
            report.failed(path, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            report.failed(path, "it cannot be read (" + e + ")");
        } catch (StackOverflowError e) {
            report.failed(path, "it cannot be read: it is nested too deeply");
        }
        return null;
    }

    /** Processing of an item. */
    @FunctionalInterface
    private interface ItemWork<T> {
        T run() throws IOException;
    }

    private void adopt(ArchiveReader pack, String path, Map<String, String> sums) throws IOException {
        String name = path.substring("media/".length());
        if (pictures.has(name)) {
            return;
        }
        try {
            pack.verify(path, sums, unused -> progress.report(0, 0));
            if (!dryRun) {
                try (InputStream in = pack.read(path)) {
                    pictures.adopt(name, in);
                }
            }
            report.picture();
        } catch (ArchiveException e) {
            report.failed(path, String.valueOf(e.getMessage()));
        }
    }

    private void folder(ArchiveReader pack) throws IOException {
        StaticSiteConfiguration site = new StaticSiteConfiguration(pack);
        site.problems()
                .forEach(path -> report.remark(path, "it cannot be read, so its settings for other files are unknown"));
        StaticSiteImportReader files = new StaticSiteImportReader(pack, site, zone, now, this);
        long done = 0;
        for (String path : pack.paths()) {
            progress.report(done++, pack.paths().size());
            if (StaticSiteImportReader.isHidden(path)) {
                report.otherFile(path);
            } else if (ImportFileReader.isItemFile(path)) {
                items(path, () -> pack.read(path), false);
            } else if (!StaticSiteImportReader.isNote(path)) {
                report.otherFile(path);
            } else {
                readable(path, () -> {
                    files.read(path);
                    return path;
                });
            }
        }
    }

    /** @param only whether this file is the whole source; no items are then a failure */
    private void items(String path, ImportFileReader.ByteSource source, boolean only) throws IOException {
        file = path + " ";
        boolean found = Boolean.TRUE.equals(readable(path, () -> ImportFileReader.read(path, source, zone, now, this)));
        file = "";
        if (!found && report.items().stream().noneMatch(item -> item.path().equals(path))) {
            if (only) {
                report.failed(path, "it is not a feed or a supported export");
            } else {
                report.otherFile(path);
            }
        }
    }

    @Override
    public void accept(ImportedItem note) throws IOException {
        String name = file + note.name();
        progress.report(0, 0);
        ArchivedNote archived = readable(name, () -> {
            ArchivedNote made = note.archived(OffsetDateTime.ofInstant(now, zone));
            limits.check(made.content());
            return made;
        });
        if (archived == null) {
            return;
        }
        if (finder != null) {
            finder.addHosts(note.addresses());
        }
        Optional<String> twin = slugs.twin(archived);
        if (twin.isPresent()) {
            report.skipped(name, "it is the same note as " + twin.get());
            return;
        }
        String folder = file.isEmpty() ? note.name() : file.strip();
        found(new ImportCandidate(
                name,
                folder.substring(0, folder.lastIndexOf('/') + 1),
                slugs.distinct(name, archived),
                note.disclosure().reasons(),
                List.copyOf(note.remarks())));
    }

    @Override
    public void skip(String name, String why) {
        report.skipped(file + name, why);
    }

    @Override
    public void fail(String name, String why) {
        report.failed(file + name, why);
    }

    private void found(ImportCandidate found) throws IOException {
        waiting.add(found);
        if (waiting.size() >= STEP) {
            flush();
        }
    }

    /** Writes the waiting notes in one transaction, so an interruption loses all of them or none. */
    private void flush() throws IOException {
        List<ImportOutcome> judged =
                repository.classify(waiting.stream().map(ImportCandidate::note).toList());
        List<ArchivedNote> notes = new ArrayList<>();
        List<ImportCandidate> taken = new ArrayList<>();
        List<ImportOutcome> expected = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            ImportCandidate found = waiting.get(i);
            if (judged.get(i).kind() == ImportAction.HERE) {
                reportPresent(found, judged.get(i));
                continue;
            }
            ImportedPictureFinder shown = finder;
            ArchivedNote note = shown == null
                    ? found.note()
                    : readable(found.path(), () -> shown.takePictures(found.path(), found.folder(), found.note()));
            if (note != null) {
                notes.add(note);
                taken.add(found);
                expected.add(judged.get(i));
            }
        }
        waiting.clear();
        List<ImportOutcome> outcomes = dryRun || notes.isEmpty() ? expected : repository.add(notes);
        for (int i = 0; i < outcomes.size(); i++) {
            addToReport(taken.get(i), outcomes.get(i));
        }
    }

    private void reportPresent(ImportCandidate found, ImportOutcome outcome) {
        report.alreadyPresent(found.path(), outcome.slug());
        if (outcome.otherUid()) {
            report.remark(found.path(), "the existing note has another id in feeds, which does not change");
        }
    }

    private void addToReport(ImportCandidate found, ImportOutcome outcome) {
        if (outcome.kind() == ImportAction.HERE) {
            reportPresent(found, outcome);
            return;
        }
        report.added(found.path(), found.note().content(), outcome.slug(), found.reasons());
        found.remarks().forEach(remark -> report.remark(found.path(), remark));
        if (outcome.otherUid()) {
            report.remark(found.path(), NEW_UID + "a different note has its own");
        }
        if (outcome.kind() == ImportAction.RENAMED) {
            report.renamed(found.path(), outcome.slug());
        }
    }
}
