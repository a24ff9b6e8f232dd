package org.starpunk.outbound;

/** A request that was refused or failed. The message gives the reason, for a log. */
public final class OutboundException extends RuntimeException {

    OutboundException(String message) {
        super(message, null, false, false);
    }
}
