package org.starpunk.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.starpunk.archive.ArchiveException;
import org.starpunk.archive.ArchiveMediaStore;
import org.starpunk.media.MediaDirectory;
import org.starpunk.media.MediaStore;
import org.starpunk.note.PrivateFiles;
import org.starpunk.note.UploadStore;

/**
 * Blocking access to the pictures of the site, for exports and imports.
 *
 * @param folder folder of the pictures
 * @param uploads checks and cleans new pictures
 * @param maxBytes maximum size of a picture, in bytes
 * @param incoming folder for unchecked pictures
 */
record BlockingMediaStore(MediaDirectory folder, UploadStore uploads, long maxBytes, Path incoming)
        implements ArchiveMediaStore {

    @Override
    public boolean has(String name) {
        return folder.has(name);
    }

    @Override
    public void adopt(String name, InputStream in) throws IOException {
        Optional<String> problem = folder.adopt(name, in);
        if (problem.isPresent()) {
            throw new ArchiveException(problem.get(), null);
        }
    }

    @Override
    public void check(InputStream in) throws IOException {
        if (!MediaStore.isPicture(in.readNBytes(64))) {
            throw new ArchiveException("its picture format is not supported", null);
        }
    }

    @Override
    public String store(InputStream in) throws IOException {
        Path unused = PrivateFiles.folder(incoming);
        Path file = Files.createTempFile(incoming, "import-", ".partial");
        try {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            if (Files.size(file) > maxBytes) {
                throw new ArchiveException("it is larger than STARPUNK_MAX_UPLOAD_BYTES", null);
            }
            return BlockingFutures.await(uploads.store(file.toString()));
        } catch (UploadStore.UploadRefusedException e) {
            throw new ArchiveException(String.valueOf(e.getMessage()), e);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
