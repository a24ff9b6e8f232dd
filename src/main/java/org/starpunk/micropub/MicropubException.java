package org.starpunk.micropub;

/** Error of the client in a Micropub request. The message is for the developer of the client. */
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
