package org.starpunk.monitor;

/** Assigns numbers from 1 to the kinds of failure. Kinds above the limit share the last number. */
final class ErrorNameTable {

    private static final int MAX_NAMES = 64;

    private final String[] names = new String[MAX_NAMES];
    private int count;

    int number(String error) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(error)) {
                return i + 1;
            }
        }
        if (count < MAX_NAMES) {
            names[count] = count == MAX_NAMES - 1 ? "other" : error;
            count++;
        }
        return count;
    }

    String name(int number) {
        return names[number - 1];
    }
}
