package org.starpunk.log;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes secrets and line breaks from logged text. */
final class SecretRedactor {

    private static final String MASK = "[redacted]";

    private static final Set<String> SECRETS = Set.of(
            "access_token",
            "authorization",
            "client_secret",
            "code",
            "code_verifier",
            "cookie",
            "csrf",
            "password",
            "refresh_token",
            "secret",
            "set-cookie",
            "state",
            "t",
            "token");

    /** {@code name=value} and {@code name%3Dvalue}. The name is decoded before the comparison. */
    private static final Pattern PAIR = Pattern.compile("([\\w%.-]{1,100})(=|%3[Dd])([^&\\s\"'<>,;)\\]]+)");

    /** {@code Authorization: Bearer abc}, and the same as a JSON member. */
    private static final Pattern HEADER =
            Pattern.compile("(?i)\\b(authorization|cookie|set-cookie)(\\s*:\\s*)([^\\r\\n\"]+)");

    /**
     * Possessive quantifier: Java matches other repeated groups by recursion, which overflows the stack for a long
     * value.
     */
    private static final Pattern MEMBER =
            Pattern.compile("(?s)\"([\\w-]{1,100})\"(\\s*:\\s*)\"((?:[^\"\\\\]|\\\\.)*+)\"?");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)( +)([A-Za-z0-9+/=._~-]{8,})");

    private SecretRedactor() {}

    /** Returns the text with its secrets masked. */
    static String redact(String text) {
        String result = HEADER.matcher(text).replaceAll("$1$2" + Matcher.quoteReplacement(MASK));
        result = BEARER.matcher(result).replaceAll("$1$2" + Matcher.quoteReplacement(MASK));
        result = MEMBER.matcher(result).replaceAll(match -> masked(match, "\"", "\""));
        return PAIR.matcher(result).replaceAll(match -> masked(match, "", ""));
    }

    /** Returns the text as one line, so that untrusted input cannot forge a log line. */
    static String oneLine(String text) {
        return text.replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\u0085", "\\u0085")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029")
                .replace("\u001b", "\\u001b");
    }

    private static String masked(MatchResult match, String before, String after) {
        String whole = match.group();
        if (!SECRETS.contains(decoded(match.group(1)).toLowerCase(Locale.ROOT))) {
            return Matcher.quoteReplacement(whole);
        }
        String name = before + match.group(1) + after;
        return Matcher.quoteReplacement(name + match.group(2) + before + MASK + after);
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
