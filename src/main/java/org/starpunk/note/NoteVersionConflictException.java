package org.starpunk.note;

/** An update expected another version of a note. Nothing was changed. */
public final class NoteVersionConflictException extends RuntimeException {

    private final long version;

    /** @param version current version of the note */
    public NoteVersionConflictException(long version) {
        super("the note has changed; its current version is " + version);
        this.version = version;
    }

    public long version() {
        return version;
    }
}
