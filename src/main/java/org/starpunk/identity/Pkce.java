package org.starpunk.identity;

import java.util.Base64;
import java.util.regex.Pattern;

/** Proof Key for Code Exchange (RFC 7636), with the method {@code S256} only. */
public final class Pkce {

    /** The one method that is accepted: {@code plain} shows the verifier to whoever sees the first request. */
    public static final String METHOD = "S256";

    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private Pkce() {}

    /** Whether this can be the SHA-256 of a verifier, in base64url without padding. */
    public static boolean isChallenge(String text) {
        return CHALLENGE.matcher(text).matches();
    }

    /** The challenge of a verifier (RFC 7636 §4.2). */
    public static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.sha256(verifier));
    }

    /** Whether a verifier is well formed and is the one that the challenge was made of. */
    public static boolean matches(String verifier, String challenge) {
        return VERIFIER.matcher(verifier).matches() && Secret.same(challenge(verifier), challenge);
    }
}
