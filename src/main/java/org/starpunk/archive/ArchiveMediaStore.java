package org.starpunk.archive;

import java.io.IOException;
import java.io.InputStream;

/** The pictures of a site, for work that may wait. */
public interface ArchiveMediaStore {

    /** Whether the site has a file of this name under {@code /media/}. */
    boolean has(String name);

    /**
     * Takes a file of an archive, under its own name.
     *
     * @throws ArchiveException when it is no name or no content of a picture of this site
     */
    void adopt(String name, InputStream in) throws IOException;

    /**
     * Takes a picture from elsewhere, as if it had been uploaded.
     *
     * @return where the site serves it: {@code /media/….jpg}
     * @throws ArchiveException when it is no picture, or too large
     */
    String store(InputStream in) throws IOException;

    /**
     * Looks at the first bytes of a picture, and at nothing more.
     *
     * @throws ArchiveException when it is no picture
     */
    void check(InputStream in) throws IOException;
}
