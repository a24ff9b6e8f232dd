package org.starpunk.archive;

import java.io.IOException;

/** Receives each item of a source once. */
interface ImportedItemHandler {

    void accept(ImportedItem note) throws IOException;

    /** Reports an item that is skipped on purpose. */
    void skip(String name, String why);

    /** Reports an item that cannot be read. */
    void fail(String name, String why);
}
