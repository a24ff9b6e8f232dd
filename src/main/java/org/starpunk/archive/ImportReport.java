package org.starpunk.archive;

import java.util.ArrayList;
import java.util.List;

/** What an import did, and what it did not do, and why. */
public final class ImportReport {

    private long added;
    private long here;
    private long pictures;
    private long others;
    private final List<Remark> renamed = new ArrayList<>();
    private final List<Remark> skipped = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    /** A file, and what is to be said of it. */
    public record Remark(String path, String text) {}

    void added() {
        added++;
    }

    void here() {
        here++;
    }

    void picture() {
        pictures++;
    }

    void other() {
        others++;
    }

    void renamed(String path, String slug) {
        renamed.add(new Remark(path, "another note has its address: it is at /notes/" + slug));
    }

    void skipped(String path, String why) {
        skipped.add(new Remark(path, why));
    }

    void remark(String path, String text) {
        remarks.add(new Remark(path, text));
    }

    /** How many notes were written. */
    public long addedNotes() {
        return added;
    }

    /** How many notes were there already. */
    public long notesThere() {
        return here;
    }

    /** How many pictures were taken. */
    public long picturesTaken() {
        return pictures;
    }

    /** How many files are neither notes nor belong to one. */
    public long otherFiles() {
        return others;
    }

    /** Notes that got another address. */
    public List<Remark> renamed() {
        return renamed;
    }

    /** Notes and pictures that were not taken. */
    public List<Remark> skipped() {
        return skipped;
    }

    /** What else is worth to know. */
    public List<Remark> remarks() {
        return remarks;
    }
}
