package org.starpunk.monitor;

/** Assigns numbers from 1 to the kinds of failure. Kinds above the limit share the last number. */
final class ErrorNames {

    private static final int MOST = 64;

    private final String[] names = new String[MOST];
    private int count;

    int number(String error) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(error)) {
                return i + 1;
            }
        }
        if (count < MOST) {
            names[count] = count == MOST - 1 ? "other" : error;
            count++;
        }
        return count;
    }

    String name(int number) {
        return names[number - 1];
    }
}
