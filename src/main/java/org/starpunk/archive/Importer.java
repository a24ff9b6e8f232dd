package org.starpunk.archive;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.starpunk.job.Progress;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ArchivedNote.Kind;
import org.starpunk.note.ArchivedNote.Outcome;
import org.starpunk.note.Limits;

/**
 * Brings notes into the site: from an export, a folder or ZIP of Markdown files with or without front matter, or a feed's file. A
 * note that is there already is left as it is, so an import that was interrupted is simply started again.
 */
public final class Importer {

    private static final int STEP = 100;

    /** A site may have been set to accept more than this one: what was exported comes back. */
    private static final Limits WIDEST = new Limits(10_000_000, 1_000, 1_000, 10_000);

    private final Shelf shelf;
    private final Pictures pictures;
    private final Limits limits;
    private final ZoneId zone;
    private final boolean dryRun;
    private final Progress progress;
    private final ImportReport report = new ImportReport();
    private final List<Found> waiting = new ArrayList<>();

    /** A note that was found, where, and what has to be done before it can be written. */
    private record Found(String path, ArchivedNote note, PictureFinder finder) {}

    /** Takes the pictures that a note shows, and gives the note that shows them where they are now. */
    @FunctionalInterface
    interface PictureFinder {
        ArchivedNote take(ArchivedNote note) throws IOException;
    }

    /**
     * @param limits what a note from elsewhere may be
     * @param zone the author's, for times that do not say theirs
     * @param dryRun true to say what would be done, and do nothing
     */
    public Importer(Shelf shelf, Pictures pictures, Limits limits, ZoneId zone, boolean dryRun, Progress progress) {
        this.shelf = shelf;
        this.pictures = pictures;
        this.limits = limits;
        this.zone = zone;
        this.dryRun = dryRun;
        this.progress = progress;
    }

    /**
     * Blocks for as long as it takes.
     *
     * @throws PackException when the source as a whole cannot be read
     */
    public ImportReport run(Path source) throws IOException {
        if (Files.isRegularFile(source) && isFeed(source.toString())) {
            try (InputStream in = Files.newInputStream(source)) {
                feed(source.getFileName().toString(), in);
            }
        } else {
            try (PackReader pack = PackReader.open(source)) {
                Optional<JsonObject> manifest =
                        pack.manifest().filter(found -> Exporter.FORMAT.equals(found.getValue("format")));
                if (manifest.isPresent()) {
                    export(pack, manifest.get());
                } else {
                    folder(pack);
                }
            }
        }
        flush();
        return report;
    }

    private static boolean isFeed(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return name.endsWith(".xml") || name.endsWith(".rss") || name.endsWith(".atom");
    }

    private void export(PackReader pack, JsonObject manifest) throws IOException {
        if (manifest.getInteger("version", 0) > Exporter.VERSION) {
            throw new PackException(
                    "it was exported by a newer StarPunk (" + manifest.getString("starpunk") + ")", null);
        }
        Map<String, String> sums = pack.sums();
        for (String path : sums.keySet()) {
            if (!pack.has(path)) {
                report.skipped(path, "it was exported, and is missing here");
            } else if (path.startsWith("media/")) {
                adopt(pack, path, sums);
            }
        }
        List<String> paths = new ArrayList<>(sums.keySet());
        pack.paths().stream().filter(path -> !sums.containsKey(path)).forEach(paths::add);
        long done = 0;
        for (String path : paths) {
            progress.at(done++, paths.size());
            if (path.startsWith("notes/") && path.endsWith(".md") && pack.has(path)) {
                exported(pack, path);
            } else if (!path.startsWith("media/")
                    && !path.equals(PackWriter.MANIFEST)
                    && !path.equals(PackWriter.SUMS)) {
                report.other();
            }
        }
    }

    private void exported(PackReader pack, String path) throws IOException {
        try {
            ArchivedNote note = NoteFile.read(pack.text(path));
            WIDEST.check(note.content());
            found(new Found(path, note, same -> same));
        } catch (PackException | IllegalArgumentException e) {
            report.skipped(path, String.valueOf(e.getMessage()));
        }
    }

    private void adopt(PackReader pack, String path, Map<String, String> sums) throws IOException {
        String name = path.substring("media/".length());
        if (pictures.has(name)) {
            return;
        }
        try {
            pack.verify(path, sums, bytes -> progress.at(0, 0));
            if (!dryRun) {
                try (InputStream in = pack.read(path)) {
                    pictures.adopt(name, in);
                }
            }
            report.picture();
        } catch (PackException e) {
            report.skipped(path, String.valueOf(e.getMessage()));
        }
    }

    private void folder(PackReader pack) throws IOException {
        ForeignFiles files = new ForeignFiles(pack, zone);
        long done = 0;
        for (String path : pack.paths()) {
            progress.at(done++, pack.paths().size());
            if (ForeignFiles.isHidden(path)) {
                report.other();
            } else if (isFeed(path)) {
                try (InputStream in = pack.read(path)) {
                    feed(path, in);
                }
            } else if (ForeignFiles.isNote(path)) {
                foreign(files, path);
            } else {
                report.other();
            }
        }
    }

    private void foreign(ForeignFiles files, String path) throws IOException {
        try {
            ArchivedNote note = files.read(path);
            limits.check(note.content());
            found(new Found(path, note, found -> files.withPictures(path, found, pictures, report)));
        } catch (PackException | IllegalArgumentException e) {
            report.skipped(path, String.valueOf(e.getMessage()));
        }
    }

    private void feed(String path, InputStream in) throws IOException {
        try {
            new FeedFile(zone, (name, note) -> entry(path + " " + name, note), why -> report.skipped(path, why))
                    .read(in);
        } catch (PackException e) {
            report.skipped(path, String.valueOf(e.getMessage()));
        }
    }

    private void entry(String name, ArchivedNote note) throws IOException {
        progress.at(0, 0);
        try {
            limits.check(note.content());
            found(new Found(name, note, same -> same));
        } catch (IllegalArgumentException e) {
            report.skipped(name, String.valueOf(e.getMessage()));
        }
    }

    private void found(Found found) throws IOException {
        waiting.add(found);
        if (waiting.size() >= STEP) {
            flush();
        }
    }

    /** So many notes share a transaction: after an interruption all of them are there, or none. */
    private void flush() throws IOException {
        List<Outcome> judged = shelf.judge(waiting.stream().map(Found::note).toList());
        List<Found> wanted = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            if (judged.get(i).kind() == Kind.HERE) {
                report.here();
            } else {
                wanted.add(waiting.get(i));
            }
        }
        waiting.clear();
        if (dryRun) {
            wanted.forEach(found -> report.added());
            return;
        }
        List<ArchivedNote> notes = new ArrayList<>();
        for (Found found : wanted) {
            notes.add(found.finder().take(found.note()));
        }
        List<Outcome> outcomes = notes.isEmpty() ? List.of() : shelf.add(notes);
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i).kind()) {
                case ADDED -> report.added();
                case HERE -> report.here();
                case RENAMED -> {
                    report.added();
                    report.renamed(wanted.get(i).path(), outcomes.get(i).slug());
                }
            }
        }
    }
}
