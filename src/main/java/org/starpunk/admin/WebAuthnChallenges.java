package org.starpunk.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.starpunk.identity.SecretTokens;

/**
 * What passkeys are to sign: {@code time-nonce-HMAC(secret of the browser's cookie, time-nonce)}, in the letters of base64url. A
 * challenge is so bound to the browser that it was made for, and needs no storage until it has been used; it is valid for ten
 * minutes and once.
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

    /** @param usedNotifier hears of each challenge that is used */
    WebAuthnChallenges(InstantSource clock, Consumer<String> usedNotifier) {
        this.clock = clock;
        this.usedNotifier = usedNotifier;
    }

    String create(String secret) {
        String time = Long.toString(clock.millis(), Character.MAX_RADIX);
        String text = time + '-' + SecretTokens.create().substring(0, NONCE);
        return text + '-' + sign(text, secret);
    }

    /** Whether a challenge was made for this browser, not long ago, and is used for the first time. */
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

    /** It was used in another process of the site. */
    void markUsed(String challenge) {
        used.put(challenge, true);
    }

    private static String sign(String text, String secret) {
        return SecretTokens.sign("challenge " + text, secret);
    }
}
