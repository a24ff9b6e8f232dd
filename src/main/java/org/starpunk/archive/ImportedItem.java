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

/** An item of another program, collected from its source. {@link #archived} makes the note that is imported. */
final class ImportedItem {

    /** A file that was changed this recently was probably copied, and its time says nothing. */
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

    /** @param name what the report calls it: a file, or a file and the address of an item in it */
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

    /** Takes the time of publication; one that lies ahead makes a draft. */
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

    /** Takes a time for a note without one of its own, such as the file's. */
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

    /** Adds a wished slug; the first usable one is taken. */
    ImportedItem slug(@Nullable String wish) {
        if (wish != null) {
            slugs.add(wish);
        }
        return this;
    }

    /** Adds an address or path that the note had; it redirects to the note. */
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

    /** Returns the note as it is to be imported. One without a readable date is a draft. */
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
