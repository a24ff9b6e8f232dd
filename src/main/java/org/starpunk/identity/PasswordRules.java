package org.starpunk.identity;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Optional;

/**
 * Rules for new passwords: minimum length and resistance to guessing. zxcvbn (Wheeler, USENIX Security 2016) recognises
 * common passwords, names, dates, keyboard rows, sequences and repetitions. A check takes about 100 ms of CPU: never
 * run it on an event loop.
 */
public final class PasswordRules {

    /** Number of leading characters that are examined, because the analysis takes more than linear time. */
    private static final int EXAMINED_LENGTH = 60;

    /** Minimum zxcvbn score, of 0 to 4; 3 is "safely unguessable", more than 10^8 guesses. */
    private static final int MIN_SCORE = 3;

    private PasswordRules() {}

    /**
     * Returns the reason why a password is refused, as a sentence for the person who chose it.
     *
     * @param password the chosen password
     * @param words words that an attacker would try first: the site's name, the author's name
     * @return empty if the password is accepted
     */
    public static Optional<String> problem(String password, List<String> words) {
        int length = password.codePointCount(0, password.length());
        if (length < PasswordHasher.MIN_LENGTH) {
            return Optional.of("The password has " + length + " characters. It needs at least "
                    + PasswordHasher.MIN_LENGTH + ": a few words in a row are easy to remember.");
        }
        if (length > PasswordHasher.MAX_LENGTH) {
            return Optional.of("The password is longer than " + PasswordHasher.MAX_LENGTH + " characters.");
        }
        if (new Zxcvbn().measure(cut(password), words).getScore() < MIN_SCORE) {
            return Optional.of(
                    "This password is too easy to guess: it is common, or made of a common pattern. Take a few words that do not belong together.");
        }
        return Optional.empty();
    }

    private static String cut(String password) {
        return password.length() <= EXAMINED_LENGTH ? password : password.substring(0, EXAMINED_LENGTH);
    }
}
