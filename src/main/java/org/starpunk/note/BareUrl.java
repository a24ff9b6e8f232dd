package org.starpunk.note;

import java.util.regex.Pattern;

/** Finds the end of a URL without markup, by the rules of GitHub's autolinks (GFM, 6.9). */
final class BareUrl {

    private static final String TRAILING = "?!.,:*_~'\"\u2019\u2013\u2014\u2026\u00bb\u203a";
    private static final Pattern ENTITY_AT_END = Pattern.compile("&[A-Za-z0-9]+;$");

    private BareUrl() {}

    /** Returns whether a URL can start with a character: {@code http} or {@code www}. */
    static boolean mayBegin(char c) {
        return c == 'h' || c == 'H' || c == 'w' || c == 'W';
    }

    /** Returns whether the character before a URL belongs to the same word. */
    static boolean joins(int previous) {
        return previous < 0x80 && Character.isLetterOrDigit(previous);
    }

    /**
     * Returns the end of a URL, exclusive; -1 if there is no URL at this index.
     *
     * @param text the text; a URL ends at the end of its line at the latest
     * @param from index of a character that {@link #mayBegin} accepts
     */
    static int end(String text, int from) {
        int host = hostBegin(text, from);
        if (host < 0) {
            return -1;
        }
        int end = trimmed(text, from, stop(text, host));
        return end > host && isHost(text.substring(host, hostEnd(text, host, end)), host == from) ? end : -1;
    }

    /** Returns the target of a URL: adds the scheme to {@code www.example.org}. */
    static String address(String url) {
        return url.regionMatches(true, 0, "www.", 0, 4) ? "http://" + url : url;
    }

    private static int hostBegin(String text, int from) {
        if (text.regionMatches(true, from, "https://", 0, 8)) {
            return from + 8;
        }
        if (text.regionMatches(true, from, "http://", 0, 7)) {
            return from + 7;
        }
        return text.regionMatches(true, from, "www.", 0, 4) ? from : -1;
    }

    /**
     * Returns the end of the characters of a URL. An unmatched closing bracket ends it: {@code [see
     * https://example.org]}.
     */
    private static int stop(String text, int from) {
        int brackets = 0;
        int at = from;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            brackets += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (brackets < 0 || ends(c)) {
                return at;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    /**
     * Returns whether a character ends a URL: white space, delimiters of HTML and Markdown, and punctuation of scripts
     * without spaces.
     */
    private static boolean ends(int c) {
        return c <= ' '
                || c == '<'
                || c == '>'
                || c == '`'
                || c == '"'
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || c == '\u201c'
                || c == '\u201d'
                || (c >= 0x3000 && c <= 0x303f && !Character.isLetter(c))
                || (c >= 0xff01 && c <= 0xff65 && !Character.isLetterOrDigit(c));
    }

    private static int trimmed(String text, int from, int stop) {
        int unmatched = 0;
        for (int i = from; i < stop; i++) {
            unmatched += text.charAt(i) == ')' ? 1 : text.charAt(i) == '(' ? -1 : 0;
        }
        int end = stop;
        while (end > from) {
            char c = text.charAt(end - 1);
            if (c == ')' && unmatched > 0) {
                unmatched--;
                end--;
            } else if (c == ';') {
                int entity = entity(text, from, end);
                end = entity < 0 ? end - 1 : entity;
            } else if (TRAILING.indexOf(c) >= 0) {
                end--;
            } else {
                return end;
            }
        }
        return end;
    }

    private static int entity(String text, int from, int end) {
        int ampersand = text.lastIndexOf('&', end - 1);
        return ampersand >= from
                        && end - ampersand < 34
                        && ENTITY_AT_END.matcher(text.substring(ampersand, end)).matches()
                ? ampersand
                : -1;
    }

    private static int hostEnd(String text, int from, int end) {
        int at = from;
        while (at < end && "/?#:".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /**
     * Returns whether a host is valid: letters, digits, hyphens and dots; underscores only before the last two labels
     * (GFM, "valid domain").
     */
    private static boolean isHost(String host, boolean needsDot) {
        int first = host.isEmpty() ? 0 : host.codePointAt(0);
        if (!Character.isLetterOrDigit(first) && first != '[') {
            return false;
        }
        int last = host.lastIndexOf('.');
        int second = host.lastIndexOf('.', last - 1);
        boolean enough = !needsDot || (last > 3 && last < host.length() - 1) || host.indexOf('.', 4) > 0;
        return enough && host.indexOf('_', Math.max(0, second)) < 0;
    }
}
