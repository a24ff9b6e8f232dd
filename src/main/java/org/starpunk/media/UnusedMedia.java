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
import org.starpunk.note.Notes;

/**
 * Deletes pictures that were uploaded and then used by no note: neither a draft nor a deleted one, which can be brought back, nor
 * as the author's portrait. A picture is left alone for some weeks, as a text kept in a browser may still want it.
 */
public final class UnusedMedia {

    private static final Logger LOG = LoggerFactory.getLogger(UnusedMedia.class);
    private static final Pattern KEY = Pattern.compile("/media/([A-Za-z0-9_-]{43})");
    private static final int KEY_LENGTH = 43;
    private static final int PER_PAGE = 200;
    private static final Duration DAY = Duration.ofDays(1);

    private final Vertx vertx;
    private final Path directory;
    private final Notes notes;
    private final Account account;
    private final Duration patience;
    private final Clock clock;

    /**
     * @param dataDir the pictures are in its directory {@code media}
     * @param account its profile may show a picture
     * @param patience how long after its upload an unused picture stays; zero for ever
     */
    public UnusedMedia(Vertx vertx, Path dataDir, Notes notes, Account account, Duration patience, Clock clock) {
        this.vertx = vertx;
        this.directory = dataDir.resolve("media");
        this.notes = notes;
        this.account = account;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Sweeps after a while, and then each day.
     *
     * @param ours whether it is this process, of those of the site, that does so; asked each time
     */
    public void schedule(Duration first, BooleanSupplier ours) {
        if (!patience.isZero()) {
            vertx.setPeriodic(
                    Math.max(1, first.toMillis()),
                    DAY.toMillis(),
                    tick -> (ours.getAsBoolean() ? sweep() : Future.succeededFuture(0))
                            .onSuccess(deleted -> tell(deleted))
                            .onFailure(failure -> LOG.warn("unused pictures could not be looked for", failure)));
        }
    }

    private static void tell(int deleted) {
        if (deleted > 0) {
            LOG.info("{} files of pictures that no note uses were deleted", deleted);
        }
    }

    /** Deletes what is unused, and what an upload that was cut off by a crash has left; says how many files. */
    Future<Integer> sweep() {
        return vertx.executeBlocking(this::candidates, false).compose(old -> {
            if (old.isEmpty()) {
                return Future.succeededFuture(0);
            }
            Set<String> used = new HashSet<>();
            use(account.profile().photo(), used);
            return collect(null, used).compose(done -> vertx.executeBlocking(() -> delete(old, used), false));
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
                            && came(file).isBefore(before)) {
                        old.add(file);
                    }
                }
            }
        }
        return old;
    }

    /** What uploads have left that a crash has cut off. */
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
            if (came(path).isBefore(before)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What a picture of ours is known by, in all its sizes; null for any other file. */
    private static @Nullable String key(Path file) {
        String name = String.valueOf(file.getFileName());
        return MediaFiles.NAME.matcher(name).matches() ? name.substring(0, KEY_LENGTH) : null;
    }

    /** When the file came here: a copy from a backup brings its own time of change along. */
    private static Instant came(Path file) throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        Instant moved = file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant()
                : changed;
        return moved.isAfter(changed) ? moved : changed;
    }

    private Future<Void> collect(@Nullable Cursor after, Set<String> used) {
        return notes.list(new NoteQuery(null, null, after, PER_PAGE, true)).compose(page -> {
            page.notes().forEach(note -> use(note, used));
            return page.next() == null ? Future.succeededFuture() : collect(page.next(), used);
        });
    }

    private static void use(Note note, Set<String> used) {
        use(note.content().text(), used);
        use(note.html(), used);
        note.content().photos().forEach(photo -> use(photo.url(), used));
    }

    private static void use(String text, Set<String> used) {
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
