package org.starpunk.media;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;
import org.starpunk.note.NoteRepository;

/**
 * Deletes uploaded pictures that nothing uses: no note, including drafts and deleted notes, which can be restored, and
 * not the author's profile. Retains a new picture for some weeks, because a text that is still in a browser may use it.
 */
public final class UnusedMediaCleanup {

    private static final Logger LOG = LoggerFactory.getLogger(UnusedMediaCleanup.class);
    private static final Pattern KEY = Pattern.compile("/media/([A-Za-z0-9_-]{43})");
    private static final int KEY_LENGTH = 43;
    private static final int PER_PAGE = 200;
    private static final Duration DAY = Duration.ofDays(1);

    private final Vertx vertx;
    private final Path directory;
    private final NoteRepository notes;
    private final Account account;
    private final Duration patience;
    private final Clock clock;

    /**
     * @param dataDir data directory; the pictures are in its subdirectory {@code media}
     * @param account account whose profile may contain a picture
     * @param timeout retention of unused pictures after their upload; zero for no deletion
     */
    public UnusedMediaCleanup(
            Vertx vertx, Path dataDir, NoteRepository notes, Account account, Duration timeout, Clock clock) {
        this.vertx = vertx;
        this.directory = dataDir.resolve("media");
        this.notes = notes;
        this.account = account;
        this.patience = timeout;
        this.clock = clock;
    }

    /**
     * Schedules a cleanup after a delay and then each day.
     *
     * @param ours returns whether this process runs the cleanup for the site; evaluated each time
     */
    public void schedule(Duration first, BooleanSupplier ours) {
        if (!patience.isZero()) {
            vertx.setPeriodic(
                    Math.max(1, first.toMillis()),
                    DAY.toMillis(),
                    unused -> (ours.getAsBoolean() ? sweep() : Future.succeededFuture(0))
                            .onSuccess(deleted -> logDeleted(deleted))
                            .onFailure(failure -> LOG.warn("cannot delete unused pictures", failure)));
        }
    }

    private static void logDeleted(int deleted) {
        if (deleted > 0) {
            LOG.info("deleted {} files of unused pictures", deleted);
        }
    }

    /**
     * Deletes unused pictures, and temporary files of uploads that a crash has interrupted.
     *
     * @return the number of deleted files of unused pictures
     */
    Future<Integer> sweep() {
        return vertx.executeBlocking(this::candidates, false).compose(old -> {
            if (old.isEmpty()) {
                return Future.succeededFuture(0);
            }
            Set<String> used = new HashSet<>();
            addReferences(account.profile().photo(), used);
            return collect(null, used).compose(unused -> vertx.executeBlocking(() -> delete(old, used), false));
        });
    }

    private List<Path> candidates() throws IOException {
        forgetCutOff();
        List<Path> old = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            Instant before = clock.instant().minus(patience);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    if (key(file) != null
                            && Files.isRegularFile(file)
                            && uploadedAt(file).isBefore(before)) {
                        old.add(file);
                    }
                }
            }
        }
        return old;
    }

    /** Deletes temporary files of uploads that a crash has interrupted. */
    private void forgetCutOff() throws IOException {
        Path incoming = directory.resolve("incoming");
        if (!Files.isDirectory(incoming)) {
            return;
        }
        Instant before = clock.instant().minus(DAY);
        List<Path> left;
        try (Stream<Path> all = Files.walk(incoming)) {
            left = all.filter(path -> !path.equals(incoming))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path path : left) {
            if (uploadedAt(path).isBefore(before)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Returns the key of a picture, which all its sizes share; null for any other file. */
    private static @Nullable String key(Path file) {
        String name = String.valueOf(file.getFileName());
        return MediaStore.NAME.matcher(name).matches() ? name.substring(0, KEY_LENGTH) : null;
    }

    /** Returns when the file was created here. A file restored from a backup has an older modification time. */
    private static Instant uploadedAt(Path file) throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        Instant moved = file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant()
                : changed;
        return moved.isAfter(changed) ? moved : changed;
    }

    private Future<Void> collect(@Nullable Cursor after, Set<String> used) {
        return notes.list(new NoteQuery(null, null, after, PER_PAGE, true)).compose(page -> {
            page.notes().forEach(note -> addReferences(note, used));
            return page.next() == null ? Future.succeededFuture() : collect(page.next(), used);
        });
    }

    private static void addReferences(Note note, Set<String> used) {
        addReferences(note.content().text(), used);
        addReferences(note.html(), used);
        note.content().photos().forEach(photo -> addReferences(photo.url(), used));
    }

    private static void addReferences(String text, Set<String> used) {
        Matcher found = KEY.matcher(text);
        while (found.find()) {
            used.add(found.group(1));
        }
    }

    private static int delete(List<Path> old, Set<String> used) throws IOException {
        int deleted = 0;
        for (Path file : old) {
            if (!used.contains(String.valueOf(key(file))) && Files.deleteIfExists(file)) {
                deleted++;
            }
        }
        return deleted;
    }
}
