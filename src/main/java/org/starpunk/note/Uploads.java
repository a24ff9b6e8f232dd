package org.starpunk.note;

import io.vertx.core.Future;

/** Where uploaded pictures go. */
public interface Uploads {

    /**
     * Checks a picture, removes its metadata and keeps it. The given file is left as it is.
     *
     * @param file a file of this machine, as it was uploaded
     * @return the path under which the site serves it: {@code /media/….jpg}; fails with {@link Refused} when it is no picture
     *     that can be kept, and then nothing is left of it
     */
    Future<String> keep(String file);

    /** Throws away what {@link #keep} kept, when what it was for has failed. Unknown paths are passed over. */
    Future<Void> discard(String path);

    /** Why an upload was not kept. */
    final class Refused extends RuntimeException {

        private final int status;

        /**
         * @param status 400 for what is no picture of a known kind, 413 for one that is too large
         * @param message what is wrong with it, and what is allowed
         */
        public Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
