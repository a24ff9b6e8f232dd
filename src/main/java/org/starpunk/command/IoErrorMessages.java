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
            return "there is no " + e.getMessage();
        }
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + " may not be read or written by this user";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
