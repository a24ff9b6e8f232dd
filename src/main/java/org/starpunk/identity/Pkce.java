package org.starpunk.identity;

import java.util.Base64;
import java.util.regex.Pattern;

/** Proof Key for Code Exchange (RFC 7636), with the method {@code S256} only. */
public final class Pkce {

    /**
     * The only accepted method. {@code plain} would reveal the verifier to anyone who reads the authorization request.
     */
    public static final String METHOD = "S256";

    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private Pkce() {}

    /** Returns whether the text has the form of a challenge: a SHA-256 in base64url without padding. */
    public static boolean isChallenge(String text) {
        return CHALLENGE.matcher(text).matches();
    }

    /** Returns the challenge of a verifier (RFC 7636 §4.2). */
    public static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(SecretTokens.sha256(verifier));
    }

    /** Returns whether a verifier is well formed and matches the challenge. */
    public static boolean matches(String verifier, String challenge) {
        return VERIFIER.matcher(verifier).matches() && SecretTokens.same(challenge(verifier), challenge);
    }
}
