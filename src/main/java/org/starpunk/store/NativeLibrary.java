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
 * Loads the native SQLite library from the driver's jar. The driver would compare the unpacked file byte by byte, which
 * is a quarter of the code that runs at a start. It would also leave the file behind if the process is killed.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /**
     * Property with the folder in which the driver looks first. It is set once per process, so it also marks the
     * library as loaded.
     */
    private static final String PLACE = "org.sqlite.lib.path";

    /** In-memory file system of Linux. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private NativeLibrary() {}

    /**
     * Loads the library once per process from a file that is deleted afterwards. Blocks. If this fails, the driver
     * loads it and reports failures.
     *
     * <p>When the disk of the data directory is full, the file is created in the system's temporary directory or in
     * memory ({@code /dev/shm}), so that the site starts and is readable.
     *
     * @param folder folder that permits execution; the system's temporary directory may forbid it
     * @throws IOException if no folder is writable
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
            LOG.debug("the library must be loaded by the driver", e);
        }
    }
}
