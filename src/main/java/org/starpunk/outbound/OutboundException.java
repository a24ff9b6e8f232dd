package org.starpunk.outbound;

/** A request that was rejected or failed. The message contains the reason, for the log. */
public final class OutboundException extends RuntimeException {

    OutboundException(String message) {
        super(message, null, false, false);
    }
}
