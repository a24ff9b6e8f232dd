package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;

/** Pictures of a site, with blocking methods for exports and imports. */
public interface ArchiveMediaStore {

    /** Returns whether the site has a file with this name under {@code /media/}. */
    boolean has(String name);

    /**
     * Stores a file of an archive under its own name.
     *
     * @throws ArchiveException if the name or the content is not that of a picture of this site
     */
    void adopt(String name, InputStream in) throws IOException;

    /**
     * Stores a picture from another source, with the checks of an upload.
     *
     * @return path on the site: {@code /media/….jpg}
     * @throws ArchiveException if it is not a picture, or too large
     */
    String store(InputStream in) throws IOException;

    /**
     * Checks the first bytes of a picture without storing it.
     *
     * @throws ArchiveException if it is not a picture
     */
    void check(InputStream in) throws IOException;
}
