package org.starpunk.micropub;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.UnavailableException;
import org.starpunk.note.UploadStore;

/** Stores the photos of a post: uploaded files, and copies of pictures on other sites. */
final class PhotoAttachments {

    /** Maximum time for all copies of remote pictures of a post. */
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(8);

    private final UploadStore uploads;
    private final PhotoFetcher fetcher;

    PhotoAttachments(UploadStore uploads, PhotoFetcher fetcher) {
        this.uploads = uploads;
        this.fetcher = fetcher;
    }

    /** Copies a remote picture. Micropub, section 3.3.1, treats a URL like an upload. */
    @FunctionalInterface
    interface PhotoFetcher {
        /** Returns the path of the copy on this site; empty if the picture could not be copied. */
        Future<Optional<String>> fetch(String url, Duration within);
    }

    /** Returns the content with placeholders for the uploaded files, for validation before anything is stored. */
    Note.Content announce(Note.Content content, List<String> files) {
        List<Photo> photos = new ArrayList<>(content.photos());
        files.forEach(unused -> photos.add(new Photo("/media/coming", "")));
        return with(content, photos);
    }

    /**
     * Stores the photos, then runs an action. Deletes the stored photos if either fails.
     *
     * @param photos photos that are given by URL
     * @param files paths of the uploaded files
     * @param alts descriptions by index among all photos
     * @param then action that uses the stored photos
     */
    <T> Future<T> attach(
            List<Photo> photos, List<String> files, List<String> alts, Function<List<Photo>, Future<T>> then) {
        List<Photo> taken = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        long deadline = System.nanoTime() + FETCH_TIMEOUT.toNanos();
        Future<Void> all = Future.succeededFuture();
        for (Photo photo : photos) {
            all = all.compose(unused -> copy(photo, deadline, kept))
                    .map(taken::add)
                    .mapEmpty();
        }
        for (String file : files) {
            String alt = NoteMicroformatMapper.at(alts, photos.size() + files.indexOf(file));
            all = all.compose(unused -> uploads.store(file).onSuccess(kept::add))
                    .map(path -> taken.add(new Photo(path, alt)))
                    .mapEmpty();
        }
        return all.compose(unused -> then.apply(taken)).onFailure(error -> discardAll(error, kept));
    }

    private Future<Photo> copy(Photo photo, long deadline, List<String> kept) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (photo.url().startsWith("/") || left.isNegative()) {
            return Future.succeededFuture(photo);
        }
        return fetcher.fetch(photo.url(), left).map(copy -> {
            copy.ifPresent(kept::add);
            return new Photo(copy.orElse(photo.url()), photo.alt());
        });
    }

    /** Deletes the stored pictures, unless the note may have been stored despite the failure. */
    private void discardAll(Throwable error, List<String> kept) {
        if (!(error instanceof UnavailableException unavailable && unavailable.outcomeUnknown())) {
            kept.forEach(this::discard);
        }
    }

    private void discard(String path) {
        Future<Void> unused = uploads.discard(path);
    }

    static Note.Content with(Note.Content content, List<Photo> photos) {
        return content.with(content.text(), photos);
    }
}
