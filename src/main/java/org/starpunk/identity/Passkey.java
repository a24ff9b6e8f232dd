package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A passkey of the author (WebAuthn Level 2). Contains nothing secret.
 *
 * @param id credential id, base64url
 * @param name name chosen by the author
 * @param publicKey public key in COSE form, base64url
 * @param counter signature counter reported by the authenticator; 0 if it has none
 * @param model AAGUID of the authenticator model, as a UUID
 * @param created time at which it was added
 * @param lastUsed time of the last login with it; null if never
 */
public record Passkey(
        String id,
        String name,
        String publicKey,
        long counter,
        String model,
        Instant created,
        @Nullable Instant lastUsed) {

    /** Maximum length of a name, in characters. */
    public static final int LONGEST_NAME = 100;
}
