package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A passkey of the author (WebAuthn Level 2): what the site knows of it, which is no secret.
 *
 * @param id the credential's id, base64url
 * @param name what the author calls it
 * @param publicKey its public key in COSE form, base64url
 * @param counter how often it has signed, by its own account; 0 when it does not count
 * @param model the AAGUID of what made it, as a UUID
 * @param created when it was added
 * @param lastUsed when it last logged the author in; null if never
 */
public record Passkey(
        String id,
        String name,
        String publicKey,
        long counter,
        String model,
        Instant created,
        @Nullable Instant lastUsed) {

    /** The longest name, characters. */
    public static final int LONGEST_NAME = 100;
}
