package org.starpunk.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Invalid content of an archive or of an import source. The message explains the problem. */
public final class ArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    public ArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
