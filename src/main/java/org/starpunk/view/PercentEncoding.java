package org.starpunk.view;

/** Validates and repairs percent-encoding in URLs and forms (RFC 3986, section 2.1). */
public final class PercentEncoding {

    private PercentEncoding() {}

    /**
     * Returns whether every percent sign starts an escape of two hexadecimal digits, and every run of escapes is
     * well-formed UTF-8 without the character NUL.
     */
    public static boolean isValid(String text) {
        Check check = new Check(false);
        for (int i = text.indexOf('%'); i >= 0 && i < text.length(); i++) {
            if (!check.accept(text.charAt(i))) {
                return false;
            }
        }
        return check.isComplete();
    }

    /** Incremental check of encoded text. */
    public static final class Check {

        private final boolean allowsNul;

        /** Number of missing hexadecimal digits of the current escape. */
        private int digits;

        private int value;

        /** Number of missing bytes of the current UTF-8 sequence, and the range of the next one. */
        private int continuations;

        private int lowest;
        private int highest;

        /** @param allowsNul whether the text may contain the character NUL */
        public Check(boolean allowsNul) {
            this.allowsNul = allowsNul;
        }

        /**
         * Checks the next character or byte.
         *
         * @return false if the text so far cannot be the start of a valid text
         */
        public boolean accept(int character) {
            if (digits > 0) {
                int digit = character < 0x80 ? Character.digit(character, 16) : -1;
                value = value << 4 | digit;
                return digit >= 0 && (--digits > 0 || acceptByte(value));
            }
            if (character == '%') {
                digits = 2;
                value = 0;
                return true;
            }
            return continuations == 0;
        }

        /** Accepts well-formed byte sequences (The Unicode Standard, table 3-7). */
        private boolean acceptByte(int next) {
            if (continuations > 0) {
                boolean fits = next >= lowest && next <= highest;
                continuations--;
                lowest = 0x80;
                highest = 0xbf;
                return fits;
            }
            continuations = next < 0x80 ? 0 : next < 0xe0 ? 1 : next < 0xf0 ? 2 : 3;
            lowest = next == 0xe0 ? 0xa0 : next == 0xf0 ? 0x90 : 0x80;
            highest = next == 0xed ? 0x9f : next == 0xf4 ? 0x8f : 0xbf;
            return (next != 0 || allowsNul) && (next < 0x80 || (next >= 0xc2 && next <= 0xf4));
        }

        /** Returns whether the text ends without a truncated escape or character. */
        public boolean isComplete() {
            return digits == 0 && continuations == 0;
        }
    }

    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && text.charAt(at) == '%'
                && isHexDigit(text.charAt(at + 1))
                && isHexDigit(text.charAt(at + 2));
    }

    private static boolean isHexDigit(char character) {
        return character < 0x80 && Character.digit(character, 16) >= 0;
    }

    /**
     * Escapes each percent sign that does not start an escape, so that it decodes to itself: {@code 100%} becomes
     * {@code 100%25}.
     */
    public static String escapeLoneSigns(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            escaped.append(text.charAt(i));
            if (text.charAt(i) == '%' && !isEscape(text, i)) {
                escaped.append("25");
            }
        }
        return escaped.toString();
    }
}
