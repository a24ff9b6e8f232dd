package org.starpunk.config;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Suggests a known name for a misspelled one. */
public final class SpellingSuggestion {

    private SpellingSuggestion() {}

    /** Returns the known name with the smallest edit distance; null if none is similar. */
    static @Nullable String nearest(List<String> known, String unknown) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.max(2, unknown.length() / 4))
                .orElse(null);
    }

    /**
     * Returns the restricted Damerau-Levenshtein distance: the number of insertions, deletions, replacements and swaps
     * of neighbours, where no character is edited twice.
     */
    public static int distance(String one, String other) {
        int[][] distances = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : least(distances, one, other, i, j);
            }
        }
        return distances[one.length()][other.length()];
    }

    private static int least(int[][] distances, String one, String other, int i, int j) {
        int replaced = distances[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int min = Math.min(replaced, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(min, distances[i - 2][j - 2] + 1) : min;
    }
}
