package org.starpunk.note;

import io.vertx.core.Future;

/** Where uploaded pictures go. */
public interface UploadStore {

    /**
     * Checks a picture, removes its metadata and keeps it. The given file is left as it is.
     *
     * @param file a file of this machine, as it was uploaded
     * @return the path under which the site serves it: {@code /media/….jpg}; fails with {@link UploadRefusedException} when it is no picture
     *     that can be kept, and then nothing is left of it
     */
    Future<String> store(String file);

    /** Throws away what {@link #store} kept, when what it was for has failed. Unknown paths are passed over. */
    Future<Void> discard(String path);

    /** Why an upload was not kept. */
    final class UploadRefusedException extends RuntimeException {

        private final int status;

        /**
         * @param status 400 for what is no picture of a known kind, 413 for one that is too large
         * @param message what is wrong with it, and what is allowed
         */
        public UploadRefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
