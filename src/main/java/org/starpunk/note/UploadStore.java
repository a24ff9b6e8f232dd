package org.starpunk.note;

import io.vertx.core.Future;

/** Storage of uploaded pictures. */
public interface UploadStore {

    /**
     * Validates a picture, removes its metadata and stores it. Does not change the given file.
     *
     * @param file path of the uploaded file on this machine
     * @return path on the site, {@code /media/….jpg}; fails with {@link UploadRefusedException} if the file is not a
     *     supported picture, and then stores nothing
     */
    Future<String> store(String file);

    /**
     * Deletes a picture that {@link #store} has stored, if the request that needs it has failed. Ignores unknown paths.
     */
    Future<Void> discard(String path);

    /** An upload was rejected. Nothing was stored. */
    final class UploadRefusedException extends RuntimeException {

        private final int status;

        /**
         * @param status HTTP status: 400 for an unsupported file, 413 for a file that is too large
         * @param message fault of the file and the allowed values
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
