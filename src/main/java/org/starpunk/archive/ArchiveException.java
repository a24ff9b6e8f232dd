package org.starpunk.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was to be read is not what it should be; the message says what is wrong with it. */
public final class ArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    public ArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
