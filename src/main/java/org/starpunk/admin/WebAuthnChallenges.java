package org.starpunk.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.starpunk.identity.SecretTokens;

/**
 * Challenges for passkeys: {@code time-nonce-HMAC(secret of the browser's cookie, time-nonce)} in base64url. A
 * challenge is bound to its browser and needs no storage before its use. It is valid once, for ten minutes.
 */
final class WebAuthnChallenges {

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int TIME = 8;
    private static final int NONCE = 22;
    private static final int SIGNED = TIME + 1 + NONCE;
    private static final int LENGTH = SIGNED + 1 + 43;

    private final InstantSource clock;
    private final Consumer<String> usedNotifier;
    private final Cache<String, Boolean> used =
            Caffeine.newBuilder().expireAfterWrite(LIFE).maximumSize(100_000).build();

    /** @param usedNotifier receives each used challenge */
    WebAuthnChallenges(InstantSource clock, Consumer<String> usedNotifier) {
        this.clock = clock;
        this.usedNotifier = usedNotifier;
    }

    String create(String secret) {
        String time = Long.toString(clock.millis(), Character.MAX_RADIX);
        String text = time + '-' + SecretTokens.create().substring(0, NONCE);
        return text + '-' + sign(text, secret);
    }

    /**
     * Returns whether a challenge was created for this browser, has not expired, and was not used before. Marks it as
     * used.
     */
    boolean redeem(String challenge, String secret) {
        if (challenge.length() != LENGTH
                || !SecretTokens.same(challenge.substring(SIGNED + 1), sign(challenge.substring(0, SIGNED), secret))) {
            return false;
        }
        long age = clock.millis() - Long.parseLong(challenge.substring(0, TIME), Character.MAX_RADIX);
        boolean first = age >= 0 && age < LIFE.toMillis() && used.asMap().putIfAbsent(challenge, true) == null;
        if (first) {
            usedNotifier.accept(challenge);
        }
        return first;
    }

    /** Marks a challenge that another process of the site used. */
    void markUsed(String challenge) {
        used.put(challenge, true);
    }

    private static String sign(String text, String secret) {
        return SecretTokens.sign("challenge " + text, secret);
    }
}
