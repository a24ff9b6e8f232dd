package org.starpunk.archive;

import java.io.IOException;

/** Receives each item of a source once, with what was read of it. */
interface ImportedItemHandler {

    void accept(ImportedItem note) throws IOException;

    /** An item that is left out on purpose. */
    void skip(String name, String why);

    /** An item that cannot be read. */
    void fail(String name, String why);
}
