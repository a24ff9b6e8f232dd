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

/** Takes the photos of a post in: files that came with it, and copies of pictures on other sites. */
final class PhotoAttachments {

    /** How long a post may wait for pictures from elsewhere, all together. */
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(8);

    private final UploadStore uploads;
    private final PhotoFetcher fetcher;

    PhotoAttachments(UploadStore uploads, PhotoFetcher fetcher) {
        this.uploads = uploads;
        this.fetcher = fetcher;
    }

    /** Gets a copy of a picture elsewhere (Micropub §3.3.1 treats a URL as an upload). */
    @FunctionalInterface
    interface PhotoFetcher {
        /** The path of the copy on this site; empty when it could not be had, and its own URL is all there is. */
        Future<Optional<String>> fetch(String url, Duration within);
    }

    /** The content as it will be, for the check before anything is kept. */
    Note.Content announce(Note.Content content, List<String> files) {
        List<Photo> photos = new ArrayList<>(content.photos());
        files.forEach(unused -> photos.add(new Photo("/media/coming", "")));
        return with(content, photos);
    }

    /**
     * Keeps the photos, then does what they are for; when any of it fails, what was kept is thrown away.
     *
     * @param photos those given by their URL
     * @param files those that came as files
     * @param alts descriptions by the place among all photos
     * @param then what to do with them
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

    /** A note that may have been stored after all keeps its pictures. */
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
