package org.starpunk.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** What an input or output failure means to a person. */
final class Failure {

    private Failure() {}

    static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no " + e.getMessage();
        }
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + " may not be read or written by this user";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
