package org.starpunk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.starpunk.archive.PackException;
import org.starpunk.archive.Pictures;
import org.starpunk.media.MediaFolder;
import org.starpunk.note.Uploads;

/**
 * The pictures of the site, waited for.
 *
 * @param folder where they are
 * @param uploads checks and cleans what comes from elsewhere
 * @param maxBytes the largest that is accepted
 * @param incoming a folder for what has not been checked yet
 */
record SitePictures(MediaFolder folder, Uploads uploads, long maxBytes, Path incoming) implements Pictures {

    @Override
    public boolean has(String name) {
        return folder.has(name);
    }

    @Override
    public void adopt(String name, InputStream in) throws IOException {
        Optional<String> problem = folder.adopt(name, in);
        if (problem.isPresent()) {
            throw new PackException(problem.get(), null);
        }
    }

    @Override
    public String keep(InputStream in) throws IOException {
        Files.createDirectories(incoming);
        Path file = Files.createTempFile(incoming, "import-", ".partial");
        try {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            if (Files.size(file) > maxBytes) {
                throw new PackException("it is larger than STARPUNK_MAX_UPLOAD_BYTES", null);
            }
            return Waiting.on(uploads.keep(file.toString()));
        } catch (Uploads.Refused e) {
            throw new PackException(String.valueOf(e.getMessage()), e);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
