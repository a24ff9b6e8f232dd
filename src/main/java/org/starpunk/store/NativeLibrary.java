package org.starpunk.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.starpunk.note.PrivateFiles;

/**
 * The SQLite in the driver's jar. Left to itself, the driver unpacks it and then compares what it wrote with what it read, one byte
 * at a time, which is a quarter of all the code that a start runs; and a process that is killed leaves the file behind.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /** Where the driver looks before it unpacks anything. Also says that this was done: nobody else may say it twice. */
    private static final String PLACE = "org.sqlite.lib.path";

    /** A file system in memory, on Linux. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private NativeLibrary() {}

    /**
     * Loads it, by a file that is gone afterwards; once in a process. Blocks. Where that fails, the driver does it in its own way, and
     * says what is wrong if it cannot either.
     *
     * <p>When the disk of the data is full, the file goes to the system's temporary directory or to memory ({@code /dev/shm}), so that
     * the site starts and can be read.
     *
     * @param folder a folder from which code may be run, unlike perhaps the system's temporary directory
     */
    static synchronized void load(Path folder) throws IOException {
        if (System.getProperty(PLACE) != null) {
            return;
        }
        IOException failure = null;
        for (Path place : List.of(folder, Path.of(System.getProperty("java.io.tmpdir")), MEMORY)) {
            try {
                loadFrom(place);
                return;
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void loadFrom(Path folder) throws IOException {
        Path unusedFolder = PrivateFiles.folder(folder);
        System.setProperty("org.sqlite.tmpdir", folder.toString());
        String name = LibraryLoaderUtil.getNativeLibName();
        try (InputStream packed =
                SQLiteJDBCLoader.class.getResourceAsStream(LibraryLoaderUtil.getNativeLibResourcePath() + '/' + name)) {
            if (packed == null) {
                return;
            }
            Path place = Files.createTempDirectory(folder, "sqlite");
            Path file = place.resolve(name);
            try {
                Files.copy(packed, file);
                System.setProperty(PLACE, place.toAbsolutePath().toString());
                boolean unused = SQLiteJDBCLoader.initialize();
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(place);
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            LOG.debug("the driver has to load its library by itself", e);
        }
    }
}
