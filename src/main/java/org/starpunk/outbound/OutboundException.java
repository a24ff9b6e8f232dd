package org.starpunk.outbound;

/** A fetch that was refused or failed; the message says why, for a log. */
public final class OutboundException extends RuntimeException {

    OutboundException(String message) {
        super(message, null, false, false);
    }
}
