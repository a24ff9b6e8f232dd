package org.starpunk.config;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Guesses what a person meant to write. */
final class Spelling {

    private Spelling() {}

    /** The one of the known names that is most like an unknown one; null when none is like it. */
    static @Nullable String nearest(List<String> known, String unknown) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.max(2, unknown.length() / 4))
                .orElse(null);
    }

    /** The Levenshtein distance: how many characters to insert, delete or replace. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
