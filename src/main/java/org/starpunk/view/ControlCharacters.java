package org.starpunk.view;

/**
 * Removes control characters from untrusted text. Browsers and apps send them by accident; neither HTML nor XML may
 * contain them.
 */
public final class ControlCharacters {

    private ControlCharacters() {}

    /** Returns the text without its control characters, except tabs and line breaks. */
    public static String remove(String text) {
        int kept = 0;
        while (kept < text.length() && !isRemoved(text.charAt(kept))) {
            kept++;
        }
        if (kept == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length()).append(text, 0, kept);
        for (int i = kept + 1; i < text.length(); i++) {
            if (!isRemoved(text.charAt(i))) {
                clean.append(text.charAt(i));
            }
        }
        return clean.toString();
    }

    private static boolean isRemoved(char character) {
        return Character.isISOControl(character) && character != '\t' && character != '\n' && character != '\r';
    }
}
