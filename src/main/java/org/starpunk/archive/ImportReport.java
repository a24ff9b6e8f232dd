package org.starpunk.archive;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/** What became of each file and item of an import, and why. */
public final class ImportReport {

    private static final Set<Result> NOTES =
            EnumSet.of(Result.TAKEN, Result.UNLISTED, Result.PRIVATE, Result.DRAFT, Result.SCHEDULED);

    private long pictures;
    private final List<Item> items = new ArrayList<>();
    private final List<Remark> renamed = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    /** A file, and what is to be said of it. */
    public record Remark(String path, String text) {}

    /** What became of a file or an item of one. */
    public enum Result {
        /** A public note. */
        TAKEN,
        UNLISTED,
        PRIVATE,
        DRAFT,
        SCHEDULED,
        /** The site had the note already. */
        THERE,
        /** Left out on purpose. */
        SKIPPED,
        FAILED,
        /** A file that is no note and was not read. */
        OTHER
    }

    /**
     * A file or item, and what became of it.
     *
     * @param path the file, or the file and the address of the item
     * @param text the reason; empty for a public note
     * @param address the path of the note on this site; null when there is none
     */
    public record Item(
            String path,
            Result result,
            String text,
            @Nullable String address) {}

    /** Records a note that was written. */
    void added(String path, Note.Content content, String slug, String reasons) {
        items.add(new Item(path, resultOf(content), reasons, "/notes/" + slug));
    }

    private static Result resultOf(Note.Content content) {
        if (content.status() != Note.Status.PUBLISHED) {
            return content.status() == Note.Status.DRAFT ? Result.DRAFT : Result.SCHEDULED;
        }
        return switch (content.visibility()) {
            case PUBLIC -> Result.TAKEN;
            case UNLISTED -> Result.UNLISTED;
            case PRIVATE -> Result.PRIVATE;
        };
    }

    void alreadyPresent(String path, String slug) {
        items.add(new Item(path, Result.THERE, "", "/notes/" + slug));
    }

    void picture() {
        pictures++;
    }

    void otherFile(String path) {
        items.add(new Item(path, Result.OTHER, "", null));
    }

    void renamed(String path, String slug) {
        renamed.add(new Remark(path, "another note has its address: it is at /notes/" + slug));
    }

    void skipped(String path, String why) {
        items.add(new Item(path, Result.SKIPPED, why, null));
    }

    void failed(String path, String why) {
        items.add(new Item(path, Result.FAILED, why, null));
    }

    void remark(String path, String text) {
        remarks.add(new Remark(path, text));
    }

    /** Every file and item, in the order in which they were decided. */
    public List<Item> items() {
        return items;
    }

    private long count(Set<Result> results) {
        return items.stream().filter(item -> results.contains(item.result())).count();
    }

    /** How many notes were written. */
    public long addedNotes() {
        return count(NOTES);
    }

    /** How many notes were there already. */
    public long notesThere() {
        return count(EnumSet.of(Result.THERE));
    }

    /** How many pictures were taken. */
    public long picturesTaken() {
        return pictures;
    }

    /** How many files are neither notes nor belong to one. */
    public long otherFiles() {
        return count(EnumSet.of(Result.OTHER));
    }

    /** Notes that got another address. */
    public List<Remark> renamed() {
        return renamed;
    }

    /** Notes that were written and are not listed for everyone, with what they are and why. */
    public List<Remark> notPublic() {
        return items.stream()
                .filter(item -> NOTES.contains(item.result()) && item.result() != Result.TAKEN)
                .map(item -> new Remark(
                        item.path(),
                        item.result().name().toLowerCase(Locale.ROOT)
                                + (item.text().isEmpty() ? "" : ": " + item.text())))
                .toList();
    }

    /** Items that were left out on purpose. */
    public List<Remark> skipped() {
        return all(Result.SKIPPED);
    }

    /** Notes and pictures that could not be taken. */
    public List<Remark> failed() {
        return all(Result.FAILED);
    }

    private List<Remark> all(Result result) {
        return items.stream()
                .filter(item -> item.result() == result)
                .map(item -> new Remark(item.path(), item.text()))
                .toList();
    }

    /** What else is worth to know. */
    public List<Remark> remarks() {
        return remarks;
    }
}
