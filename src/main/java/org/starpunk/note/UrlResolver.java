package org.starpunk.note;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves URL references like browsers (WHATWG URL Standard, 4.4), against an {@code http} or {@code https} base. Does
 * not normalise the host of an absolute reference, because the browser or feed reader parses it again.
 */
final class UrlResolver {

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
    private static final Pattern BASE = Pattern.compile("(https?):(//[^/?#]*)([^?#]*)(\\?[^#]*)?.*", Pattern.DOTALL);
    private static final Pattern NEWLINES = Pattern.compile("[\\t\\n\\r]");
    private static final Pattern ENDS = Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$");
    private static final Pattern DOT = Pattern.compile("(?i)\\.|%2e");
    private static final Pattern DOTS = Pattern.compile("(?i)(?:\\.|%2e){2}");

    /**
     * Characters that are escaped in the parts of a URL, in addition to controls and all above U+007E (URL Standard,
     * 1.3).
     */
    private static final String IN_FRAGMENT = " \"<>`";

    private static final String IN_QUERY = " \"#<>'";
    private static final String IN_PATH = " \"#<>?^`{}";

    private UrlResolver() {}

    /**
     * Resolves a reference.
     *
     * @param reference value of an {@code href} or {@code src}
     * @param base an absolute, normalised {@code http} or {@code https} URL
     * @return the absolute URL; the reference itself if the base is not supported
     */
    static String resolve(String reference, String base) {
        String input = NEWLINES.matcher(ENDS.matcher(reference).replaceAll("")).replaceAll("");
        Matcher parts = BASE.matcher(base);
        if (!parts.matches()) {
            return input;
        }
        String scheme = parts.group(1);
        Matcher own = SCHEME.matcher(input);
        if (!own.lookingAt()) {
            return relative(input, parts);
        }
        String given = own.group(1).toLowerCase(Locale.ROOT);
        String rest = input.substring(own.end());
        if (!given.equals("http") && !given.equals("https")) {
            return given + ':' + rest;
        }
        if (given.equals(scheme) && slashes(rest) < 2) {
            return relative(rest, parts);
        }
        return given + ":" + absolute(rest.substring(slashes(rest)));
    }

    private static String relative(String input, Matcher base) {
        String scheme = base.group(1);
        if (slashes(input) >= 2) {
            return scheme + ":" + absolute(input.substring(slashes(input)));
        }
        String origin = scheme + ":" + base.group(2);
        int path = pathEnd(input, 0);
        String tail = tail(input, path);
        if (path == 0) {
            String query = base.group(4) == null || input.startsWith("?") ? "" : base.group(4);
            return origin + (base.group(3).isEmpty() ? "/" : base.group(3)) + query + tail;
        }
        String given = input.substring(0, path).replace('\\', '/');
        String folder = base.group(3).substring(0, base.group(3).lastIndexOf('/') + 1);
        return origin
                + normalised(given.startsWith("/") ? given : folder.isEmpty() ? '/' + given : folder + given)
                + tail;
    }

    /** Returns the authority, path, query and fragment of an absolute reference. */
    private static String absolute(String rest) {
        int host = 0;
        while (host < rest.length() && "/\\?#".indexOf(rest.charAt(host)) < 0) {
            host++;
        }
        int path = pathEnd(rest, host);
        return "//" + rest.substring(0, host)
                + normalised(rest.substring(host, path).replace('\\', '/')) + tail(rest, path);
    }

    private static int slashes(String input) {
        int count = 0;
        while (count < input.length() && (input.charAt(count) == '/' || input.charAt(count) == '\\')) {
            count++;
        }
        return count;
    }

    private static int pathEnd(String input, int from) {
        int end = from;
        while (end < input.length() && input.charAt(end) != '?' && input.charAt(end) != '#') {
            end++;
        }
        return end;
    }

    /** Returns the escaped query and fragment. */
    private static String tail(String input, int from) {
        int hash = input.indexOf('#', from);
        String query = input.substring(from, hash < 0 ? input.length() : hash);
        return escaped(query, IN_QUERY) + (hash < 0 ? "" : '#' + escaped(input.substring(hash + 1), IN_FRAGMENT));
    }

    /** Returns an escaped path without dot segments. */
    private static String normalised(String path) {
        List<String> segments = new ArrayList<>();
        String[] given = path.split("/", -1);
        for (int i = 1; i < given.length; i++) {
            boolean last = i == given.length - 1;
            if (DOTS.matcher(given[i]).matches()) {
                if (!segments.isEmpty()) {
                    String unused = segments.remove(segments.size() - 1);
                }
                addEmpty(segments, last);
            } else if (DOT.matcher(given[i]).matches()) {
                addEmpty(segments, last);
            } else {
                segments.add(escaped(given[i], IN_PATH));
            }
        }
        return '/' + String.join("/", segments);
    }

    private static void addEmpty(List<String> segments, boolean last) {
        if (last) {
            segments.add("");
        }
    }

    private static String escaped(String text, String reserved) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c > ' ' && c < 0x7f && reserved.indexOf(c) < 0) {
                out.append((char) c);
            } else {
                int valid = c >= 0xd800 && c <= 0xdfff ? 0xfffd : c;
                for (byte b : Character.toString(valid).getBytes(StandardCharsets.UTF_8)) {
                    out.append('%').append(hex(b >> 4)).append(hex(b));
                }
            }
        }
        return out.toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit & 15, 16));
    }
}
