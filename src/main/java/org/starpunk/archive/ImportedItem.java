package org.starpunk.archive;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.ImportedPath;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.Slug;
import org.starpunk.note.TagNameRules;

/**
 * An item of another program, with the values that its reader collects. {@link #archived} returns the note to import.
 */
final class ImportedItem {

    /** Maximum age of a file time that is ignored, because the file was probably copied recently. */
    private static final Duration COPIED = Duration.ofDays(1);

    private final String name;
    private final ImportVisibility importVisibility;
    private @Nullable String title;
    private String text = "";
    private Note.Format format = Note.Format.HTML;
    private final List<String> tags = new ArrayList<>();
    private final List<Photo> photos = new ArrayList<>();
    private @Nullable OffsetDateTime published;
    private @Nullable OffsetDateTime updated;
    private @Nullable OffsetDateTime guess;
    private @Nullable String inReplyTo;
    private @Nullable String likeOf;
    private @Nullable String repostOf;
    private final List<String> slugs = new ArrayList<>();
    private final Set<String> addresses = new LinkedHashSet<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** @param name name in the report: a file, or a file and the address of an item in it */
    ImportedItem(String name, ImportVisibility importVisibility) {
        this.name = name;
        this.importVisibility = importVisibility;
    }

    String name() {
        return name;
    }

    ImportVisibility disclosure() {
        return importVisibility;
    }

    ImportedItem text(String written, Note.Format as) {
        text = written.strip();
        format = as;
        return this;
    }

    String text() {
        return text;
    }

    Note.Format format() {
        return format;
    }

    ImportedItem title(@Nullable String written) {
        title = written == null || written.isBlank() ? null : written.strip();
        return this;
    }

    @Nullable
    String title() {
        return title;
    }

    ImportedItem tags(List<String> names) {
        tags.addAll(names);
        return this;
    }

    ImportedItem photo(String url, String alt) {
        photos.add(new Photo(url, alt));
        return this;
    }

    /** Sets the time of publication. A time in the future makes the item a draft. */
    ImportedItem published(Optional<OffsetDateTime> time) {
        time.ifPresent(read -> {
            published = read;
            importVisibility.from("date", read);
        });
        return this;
    }

    ImportedItem updated(Optional<OffsetDateTime> time) {
        updated = time.orElse(null);
        return this;
    }

    /** Sets a time for an item without a date, such as the time of its file. */
    ImportedItem guess(OffsetDateTime time) {
        guess = time;
        return this;
    }

    ImportedItem inReplyTo(Optional<String> url) {
        inReplyTo = url.orElse(null);
        return this;
    }

    ImportedItem likeOf(Optional<String> url) {
        likeOf = url.orElse(null);
        return this;
    }

    ImportedItem repostOf(Optional<String> url) {
        repostOf = url.orElse(null);
        return this;
    }

    /** Adds a candidate for the slug. The first usable one is chosen. */
    ImportedItem slug(@Nullable String wish) {
        if (wish != null) {
            slugs.add(wish);
        }
        return this;
    }

    /** Adds a previous address or path of the note, which will redirect to it. */
    ImportedItem address(String address) {
        addresses.add(address);
        return this;
    }

    Set<String> addresses() {
        return addresses;
    }

    ImportedItem remark(String remark) {
        remarks.add(remark);
        return this;
    }

    Set<String> remarks() {
        return remarks;
    }

    /** Returns the note to import. It is a draft if it has no readable date. */
    ArchivedNote archived(OffsetDateTime now) {
        OffsetDateTime time = time(now);
        Note.Content content = new Note.Content(
                title,
                text,
                format,
                TagNameRules.tags(tags),
                photos,
                importVisibility.status(),
                importVisibility.visibility(),
                inReplyTo,
                likeOf,
                repostOf);
        String slug = slugs.stream()
                .flatMap(wish -> Slug.wished(wish).stream())
                .findFirst()
                .orElseGet(() -> Slug.of(title, plain(text, format), time));
        List<String> paths = addresses.stream()
                .flatMap(address -> ImportedPath.of(address).stream())
                .distinct()
                .filter(path -> !path.equals("/notes/" + slug))
                .toList();
        OffsetDateTime later = updated != null && updated.isAfter(time) ? updated : null;
        return new ArchivedNote(content, null, slug, paths, time, later, null, null, published != null);
    }

    private OffsetDateTime time(OffsetDateTime now) {
        if (published != null) {
            return published;
        }
        if (guess != null && guess.isBefore(now.minus(COPIED))) {
            remark("it has no date: it is dated by its file, " + guess.toLocalDate());
            return guess;
        }
        importVisibility.draft("it has no readable date");
        return now;
    }

    private static String plain(String text, Note.Format format) {
        return format == Note.Format.HTML ? Jsoup.parseBodyFragment(text).text() : text;
    }
}
