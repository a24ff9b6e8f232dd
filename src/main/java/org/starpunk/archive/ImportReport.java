package org.starpunk.archive;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;

/** Results of an import: one for each file and item, with the reason. */
public final class ImportReport {

    private static final Set<Result> NOTES =
            EnumSet.of(Result.TAKEN, Result.UNLISTED, Result.PRIVATE, Result.DRAFT, Result.SCHEDULED);

    private long pictures;
    private final List<Item> items = new ArrayList<>();
    private final List<Remark> renamed = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    /** A remark about a file. */
    public record Remark(String path, String text) {}

    /** Result of a file or of an item in a file. */
    public enum Result {
        /** A new public note. */
        TAKEN,
        UNLISTED,
        PRIVATE,
        DRAFT,
        SCHEDULED,
        /** The site already has the note. */
        THERE,
        /** Not imported, on purpose. */
        SKIPPED,
        FAILED,
        /** A file that is not a note and was not read. */
        OTHER
    }

    /**
     * Result of a file or item.
     *
     * @param path the file, or the file and the address of the item
     * @param text the reason; empty for a public note
     * @param address path of the note on this site; null if there is none
     */
    public record Item(
            String path,
            Result result,
            String text,
            @Nullable String address) {}

    /** Records a new note. */
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

    /** Returns the results of all files and items, in the order of the decisions. */
    public List<Item> items() {
        return items;
    }

    private long count(Set<Result> results) {
        return items.stream().filter(item -> results.contains(item.result())).count();
    }

    /** Returns the number of new notes. */
    public long addedNotes() {
        return count(NOTES);
    }

    /** Returns the number of notes that the site already has. */
    public long notesThere() {
        return count(EnumSet.of(Result.THERE));
    }

    /** Returns the number of imported pictures. */
    public long picturesTaken() {
        return pictures;
    }

    /** Returns the number of files that are neither notes nor belong to one. */
    public long otherFiles() {
        return count(EnumSet.of(Result.OTHER));
    }

    /** Returns the notes that have a different address here. */
    public List<Remark> renamed() {
        return renamed;
    }

    /** Returns the new notes that are not public, with their visibility and the reason. */
    public List<Remark> notPublic() {
        return items.stream()
                .filter(item -> NOTES.contains(item.result()) && item.result() != Result.TAKEN)
                .map(item -> new Remark(
                        item.path(),
                        item.result().name().toLowerCase(Locale.ROOT)
                                + (item.text().isEmpty() ? "" : ": " + item.text())))
                .toList();
    }

    /** Returns the items that were skipped on purpose. */
    public List<Remark> skipped() {
        return all(Result.SKIPPED);
    }

    /** Returns the notes and pictures that could not be imported. */
    public List<Remark> failed() {
        return all(Result.FAILED);
    }

    private List<Remark> all(Result result) {
        return items.stream()
                .filter(item -> item.result() == result)
                .map(item -> new Remark(item.path(), item.text()))
                .toList();
    }

    /** Returns other remarks for the author. */
    public List<Remark> remarks() {
        return remarks;
    }
}
