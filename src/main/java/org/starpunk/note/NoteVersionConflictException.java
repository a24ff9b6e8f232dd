package org.starpunk.note;

/** A note was to be changed from a version that it has no more. Nothing was changed. */
public final class NoteVersionConflictException extends RuntimeException {

    private final long version;

    /** @param version the note's version as of now */
    public NoteVersionConflictException(long version) {
        super("the note was changed meanwhile, and is of version " + version);
        this.version = version;
    }

    public long version() {
        return version;
    }
}
