package org.starpunk.archive;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.starpunk.config.BuildInfo;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.ArchivedNote;

/**
 * Exports the whole site to a folder or a ZIP file: each note as a Markdown file with front matter, the pictures, the
 * author's static files, checksums and a manifest. The site may keep running; each note is exported in its state at the
 * time of the read.
 */
public final class Exporter {

    static final String FORMAT = "starpunk-export";
    static final int VERSION = 1;

    private static final int STEP = 200;

    private final ArchiveNoteRepository repository;
    private final Path dataDir;
    private final JsonObject profile;
    private final ZoneId zone;

    /**
     * @param profile site profile for the manifest: name, address, author
     * @param zone the site's time zone, for the dates in file names
     */
    public Exporter(ArchiveNoteRepository repository, Path dataDir, JsonObject profile, ZoneId zone) {
        this.zone = zone;
        this.repository = repository;
        this.dataDir = dataDir;
        this.profile = profile;
    }

    /** Result of an export. */
    public record ExportResult(Path target, long notes, long files) {}

    /** Runs the export. Blocks until it is complete. */
    public ExportResult run(Path target, Instant now, ProgressListener progress) throws IOException {
        long total = repository.count();
        long notes = 0;
        long files = 0;
        try (ArchiveWriter pack = ArchiveWriter.begin(target, unused -> {})) {
            long last = 0;
            List<ArchivedNote.Numbered> step = repository.listAfter(last, STEP);
            while (!step.isEmpty()) {
                for (ArchivedNote.Numbered numbered : step) {
                    progress.report(notes++, total);
                    byte[] text = NoteFileCodec.write(numbered.note()).getBytes(StandardCharsets.UTF_8);
                    pack.add(NoteFileCodec.path(numbered.note(), zone), true, out -> out.write(text));
                    last = numbered.id();
                }
                step = repository.listAfter(last, STEP);
            }
            for (String folder : List.of("media", "static")) {
                for (Path file : DurableFiles.filesBelow(dataDir.resolve(folder))) {
                    progress.report(notes, total);
                    files += add(pack, file);
                }
            }
            Path written = pack.finish(new JsonObject()
                    .put("format", FORMAT)
                    .put("version", VERSION)
                    .put("created", now.toString())
                    .put("starpunk", BuildInfo.current())
                    .put("site", profile)
                    .put("notes", notes)
                    .put("files", files));
            return new ExportResult(written, notes, files);
        }
    }

    private int add(ArchiveWriter pack, Path file) throws IOException {
        String path = dataDir.relativize(file).toString().replace('\\', '/');
        if (path.startsWith("media/incoming/")) {
            return 0;
        }
        try {
            pack.add(path, path.startsWith("static/"), file);
            return 1;
        } catch (NoSuchFileException e) {
            return 0; // deleted since the listing, so no note uses it
        }
    }
}
