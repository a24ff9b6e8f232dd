package org.starpunk.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.starpunk.note.DiskFailure;

/** Converts I/O exceptions to messages for users. */
final class Failure {

    private Failure() {}

    static String of(IOException e) {
        String disk = DiskFailure.reason(e);
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
