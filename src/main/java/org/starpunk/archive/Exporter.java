package org.starpunk.archive;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.starpunk.config.Version;
import org.starpunk.job.Progress;
import org.starpunk.note.ArchivedNote;

/**
 * Writes the whole site to a folder or a ZIP file: each note a Markdown file with front matter, each picture as it is, the
 * author's static files, checksums and a manifest. The site may run meanwhile; each note is as it stands when it is read.
 */
public final class Exporter {

    static final String FORMAT = "starpunk-export";
    static final int VERSION = 1;

    private static final int STEP = 200;

    private final Shelf shelf;
    private final Path dataDir;
    private final JsonObject profile;
    private final ZoneId zone;

    /**
     * @param profile what the manifest says of the site: its name, its address, its author
     * @param zone the site's time zone, in whose days the files are named
     */
    public Exporter(Shelf shelf, Path dataDir, JsonObject profile, ZoneId zone) {
        this.zone = zone;
        this.shelf = shelf;
        this.dataDir = dataDir;
        this.profile = profile;
    }

    /** What was written. */
    public record Done(Path target, long notes, long files) {}

    /** Blocks for as long as it takes. */
    public Done run(Path target, Instant now, Progress progress) throws IOException {
        long total = shelf.count();
        long notes = 0;
        long files = 0;
        try (PackWriter pack = PackWriter.begin(target, bytes -> {})) {
            long last = 0;
            List<ArchivedNote.Numbered> step = shelf.after(last, STEP);
            while (!step.isEmpty()) {
                for (ArchivedNote.Numbered numbered : step) {
                    progress.at(notes++, total);
                    byte[] text = NoteFile.write(numbered.note()).getBytes(StandardCharsets.UTF_8);
                    pack.add(NoteFile.path(numbered.note(), zone), true, out -> out.write(text));
                    last = numbered.id();
                }
                step = shelf.after(last, STEP);
            }
            for (String folder : List.of("media", "static")) {
                for (Path file : Disk.filesBelow(dataDir.resolve(folder))) {
                    progress.at(notes, total);
                    files += add(pack, file);
                }
            }
            Path written = pack.finish(new JsonObject()
                    .put("format", FORMAT)
                    .put("version", VERSION)
                    .put("created", now.toString())
                    .put("starpunk", Version.current())
                    .put("site", profile)
                    .put("notes", notes)
                    .put("files", files));
            return new Done(written, notes, files);
        }
    }

    private int add(PackWriter pack, Path file) throws IOException {
        String path = dataDir.relativize(file).toString().replace('\\', '/');
        if (path.startsWith("media/incoming/")) {
            return 0;
        }
        try {
            pack.add(path, path.startsWith("static/"), file);
            return 1;
        } catch (NoSuchFileException e) {
            return 0; // taken away meanwhile, so no note shows it
        }
    }
}
