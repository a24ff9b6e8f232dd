package org.starpunk.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The SQLite in the driver's jar. Left to itself, the driver unpacks it and then compares what it wrote with what it read, one byte
 * at a time, which is a quarter of all the code that a start runs; and a process that is killed leaves the file behind.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /** Where the driver looks before it unpacks anything. Also says that this was done: nobody else may say it twice. */
    private static final String PLACE = "org.sqlite.lib.path";

    private NativeLibrary() {}

    /**
     * Loads it, by a file that is gone afterwards; once in a process. Blocks. Where that fails, the driver does it in its own way, and
     * says what is wrong if it cannot either.
     *
     * @param folder a folder from which code may be run, unlike perhaps the system's temporary directory
     */
    static synchronized void load(Path folder) throws IOException {
        Files.createDirectories(folder);
        System.setProperty("org.sqlite.tmpdir", folder.toString());
        String name = LibraryLoaderUtil.getNativeLibName();
        if (System.getProperty(PLACE) != null) {
            return;
        }
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
