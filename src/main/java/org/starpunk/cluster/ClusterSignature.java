package org.starpunk.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.starpunk.config.ClusterSettings;

/** Computes names that only nodes with the cluster's secret can compute: HMAC-SHA256 of a text, in base64url. */
final class ClusterSignature {

    private static final String ALGORITHM = "HmacSHA256";

    private ClusterSignature() {}

    /** @throws IllegalArgumentException if the settings have no secret */
    static String of(ClusterSettings settings, String text) {
        String secret = settings.secret();
        if (secret == null) {
            throw new IllegalArgumentException("a cluster needs a secret");
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] signature = mac.doFinal((settings.name() + '\n' + text).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
