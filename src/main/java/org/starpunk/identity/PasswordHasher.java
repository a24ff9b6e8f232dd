package org.starpunk.identity;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;

/**
 * Hashes and verifies passwords with Argon2id (RFC 9106): 19 MiB of memory, 2 passes, parallelism 1. A check takes
 * about 60 ms of CPU: never run it on an event loop.
 */
public final class PasswordHasher {

    /** Minimum length of a password, in code points (OWASP ASVS 6.2.1 requires at least 8 and recommends 15). */
    public static final int MIN_LENGTH = 15;

    /** Maximum length of a password, in code points. */
    public static final int MAX_LENGTH = 1000;

    private static final Argon2Function ARGON2 = Argon2Function.getInstance(19 * 1024, 2, 1, 32, Argon2.ID);

    private PasswordHasher() {}

    /** Returns the hash of a password, with parameters and salt, as one string. */
    public static String hash(String password) {
        return Password.hash(password).addRandomSalt(16).with(ARGON2).getResult();
    }

    /** Returns whether a password matches a hash. */
    public static boolean check(String password, String hash) {
        return Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash));
    }
}
