package org.starpunk.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.starpunk.note.DiskErrorMeaning;

/** Converts I/O exceptions to messages for users. */
final class IoErrorMessages {

    private IoErrorMessages() {}

    static String of(IOException e) {
        String disk = DiskErrorMeaning.reason(e);
        if (!disk.isEmpty()) {
            return disk;
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + " does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + " is not accessible to this user";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
