package org.starpunk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.starpunk.archive.PackException;
import org.starpunk.archive.Pictures;
import org.starpunk.media.MediaFiles;
import org.starpunk.media.MediaFolder;
import org.starpunk.note.PrivateFiles;
import org.starpunk.note.Uploads;

/**
 * Pictures of the site for exports and imports, with blocking methods.
 *
 * @param folder folder of the pictures
 * @param uploads checks and cleans new pictures
 * @param maxBytes maximum size of a picture, in bytes
 * @param incoming folder for unchecked pictures
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
    public void check(InputStream in) throws IOException {
        if (!MediaFiles.isPicture(in.readNBytes(64))) {
            throw new PackException("it is no picture of a kind that is accepted", null);
        }
    }

    @Override
    public String keep(InputStream in) throws IOException {
        Path unused = PrivateFiles.folder(incoming);
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
