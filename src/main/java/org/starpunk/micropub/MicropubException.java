package org.starpunk.micropub;

/** A request that cannot be done as it was sent; the message is for whoever wrote the client. */
final class MicropubException extends RuntimeException {

    private final int status;

    MicropubException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static MicropubException invalid(String message) {
        return new MicropubException(400, message);
    }

    int status() {
        return status;
    }
}
