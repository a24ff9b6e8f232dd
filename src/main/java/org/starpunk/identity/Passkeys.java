package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** The author's passkeys. */
public interface Passkeys {

    /** All of them, oldest first. */
    Future<List<Passkey>> list();

    /** Keeps a passkey. False when there is one with that id. */
    Future<Boolean> add(Passkey passkey);

    /** Notes that a passkey was used, and what it has counted. */
    Future<Void> used(String id, long counter, Instant when);

    /** Gives it another name. False when there is none with that id. */
    Future<Boolean> rename(String id, String name);

    /** False when there is none with that id. */
    Future<Boolean> remove(String id);
}
