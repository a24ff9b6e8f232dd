package org.starpunk.archive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was to be read is not what it should be; the message says what is wrong with it. */
public final class PackException extends IOException {

    private static final long serialVersionUID = 1L;

    public PackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
