package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Repository of the author's passkeys. */
public interface PasskeyRepository {

    /** Returns all passkeys, oldest first. */
    Future<List<Passkey>> list();

    /**
     * Stores a passkey.
     *
     * @return false if its id is already stored
     */
    Future<Boolean> add(Passkey passkey);

    /** Records the use of a passkey and its new signature counter. */
    Future<Void> recordUse(String id, long counter, Instant when);

    /**
     * Renames a passkey.
     *
     * @return false if no passkey has this id
     */
    Future<Boolean> rename(String id, String name);

    /**
     * Deletes a passkey.
     *
     * @return false if no passkey has this id
     */
    Future<Boolean> remove(String id);
}
