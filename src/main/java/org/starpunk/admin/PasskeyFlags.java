package org.starpunk.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Flags in the authenticator data of a passkey (WebAuthn Level 2, §6.1). The library checks only the flags that its
 * options require. A passkey is the only factor of a login, so both flags are required here.
 */
final class PasskeyFlags {

    /** Position of the flags: they follow the SHA-256 hash of the relying party's id. */
    private static final int POSITION = 32;

    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private PasskeyFlags() {}

    /**
     * Checks that a person was present and was verified, by a PIN or by biometrics.
     *
     * @param answer credential in the browser's format
     * @param creation whether the passkey was just created; its data is then in the attestation object
     * @throws PasskeyVerifier.PasskeyRefusedException if a flag or the data is missing
     */
    static void requireVerifiedUser(JsonObject answer, boolean creation) {
        byte[] data = data(answer, creation);
        if (data.length <= POSITION) {
            throw new PasskeyVerifier.PasskeyRefusedException("the authenticator's data is too short");
        }
        if ((data[POSITION] & USER_PRESENT) == 0) {
            throw new PasskeyVerifier.PasskeyRefusedException(
                    "the authenticator does not confirm that a person was present");
        }
        if ((data[POSITION] & USER_VERIFIED) == 0) {
            throw new PasskeyVerifier.PasskeyRefusedException("the authenticator has not verified who was present");
        }
    }

    private static byte[] data(JsonObject answer, boolean creation) {
        JsonObject response = answer.getJsonObject("response", new JsonObject());
        try {
            if (!creation) {
                return decoded(response.getString("authenticatorData"));
            }
            JsonNode data = CBOR.readTree(decoded(response.getString("attestationObject")))
                    .path("authData");
            return data.isBinary() ? data.binaryValue() : new byte[0];
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            throw new PasskeyVerifier.PasskeyRefusedException("the authenticator's data cannot be read");
        }
    }

    private static byte[] decoded(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("missing");
        }
        return Base64.getUrlDecoder().decode(text);
    }
}
