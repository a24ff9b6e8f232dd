package org.starpunk.identity;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;

/**
 * Hashes and checks passwords with Argon2id (RFC 9106): 19 MiB, 2 passes, 1 lane. A check takes some 60 ms of CPU: never on an
 * event loop.
 */
public final class Passwords {

    /** The shortest password that is accepted, in code points (OWASP ASVS 6.2.1 asks for at least 8 and recommends 15). */
    public static final int MIN_LENGTH = 15;

    /** The longest, in code points. */
    public static final int MAX_LENGTH = 1000;

    private static final Argon2Function ARGON2 = Argon2Function.getInstance(19 * 1024, 2, 1, 32, Argon2.ID);

    private Passwords() {}

    /** The hash, with its parameters and salt, as one text. */
    public static String hash(String password) {
        return Password.hash(password).addRandomSalt(16).with(ARGON2).getResult();
    }

    /** Whether a password is the one that was hashed. */
    public static boolean check(String password, String hash) {
        return Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash));
    }
}
