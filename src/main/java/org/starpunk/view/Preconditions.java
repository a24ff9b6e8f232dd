package org.starpunk.view;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Evaluates conditional requests (RFC 9110, section 13). */
public final class Preconditions {

    private static final List<DateTimeFormatter> DATES = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss zzz", Locale.ENGLISH),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC));

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final CharSequence IF_UNMODIFIED_SINCE = HttpHeaders.createOptimized("If-Unmodified-Since");

    /** Date of a representation without a date. Conditions on dates are ignored for it. */
    static final long NO_DATE = Long.MAX_VALUE;

    private Preconditions() {}

    /**
     * Returns whether to respond with 304. If-None-Match takes precedence (section 13.2.2): weak comparison with each
     * listed tag; {@code *} matches any. Without it, a valid If-Modified-Since decides.
     *
     * @param headers request headers
     * @param etag strong, quoted entity tag of the representation
     * @param unchangedSince time of the last change, epoch seconds
     */
    static boolean notModified(MultiMap headers, String etag, long unchangedSince) {
        if (headers.contains(HttpHeaders.IF_NONE_MATCH)) {
            for (String list : headers.getAll(HttpHeaders.IF_NONE_MATCH)) {
                if (matches(list, etag)) {
                    return true;
                }
            }
            return false;
        }
        Instant since = date(headers.get(HttpHeaders.IF_MODIFIED_SINCE));
        return since != null && since.getEpochSecond() >= unchangedSince;
    }

    /**
     * Evaluates the preconditions of a request in the order of section 13.2.2.
     *
     * @param headers request headers
     * @param etag strong, quoted entity tag of the representation
     * @param unchangedSince time of the last change, epoch seconds
     * @return 412 if the request is for another version (If-Match by strong comparison, otherwise If-Unmodified-Since),
     *     304 if the client has this version, otherwise 200
     */
    public static int status(MultiMap headers, String etag, long unchangedSince) {
        if (headers.contains(HttpHeaders.IF_MATCH)) {
            if (headers.getAll(HttpHeaders.IF_MATCH).stream().noneMatch(list -> matchesStrongly(list, etag))) {
                return 412;
            }
        } else {
            Instant until = date(headers.get(IF_UNMODIFIED_SINCE));
            if (until != null && unchangedSince != NO_DATE && until.getEpochSecond() < unchangedSince) {
                return 412;
            }
        }
        return notModified(headers, etag, unchangedSince) ? 304 : 200;
    }

    private static boolean matchesStrongly(String list, String etag) {
        return list.strip().equals("*") || matches(list.replaceAll("W/\"[^\"]*\"", ""), etag);
    }

    /**
     * Returns whether a list of entity tags, such as {@code "a", W/"b,c"}, contains a tag. A tag may contain commas but
     * no quotes.
     */
    static boolean matches(String list, String etag) {
        if (list.equals(etag)) {
            return true;
        }
        if (list.strip().equals("*")) {
            return true;
        }
        int from = list.indexOf('"');
        while (from >= 0) {
            int to = list.indexOf('"', from + 1);
            if (to < 0) {
                return false;
            }
            if (to + 1 - from == etag.length() && list.startsWith(etag, from)) {
                return true;
            }
            from = list.indexOf('"', to + 1);
        }
        return false;
    }

    /** Parses an HTTP date in any of its three formats (RFC 9110, section 5.6.7); returns null if it is invalid. */
    static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (DateTimeFormatter form : DATES) {
            try {
                return ZonedDateTime.parse(text.strip(), form).toInstant();
            } catch (DateTimeException e) {
                // Try the next format.
            }
        }
        return null;
    }

    /** Formats an HTTP date: {@code Sat, 21 Nov 2026 08:05:09 GMT}. */
    public static String date(long epochSecond) {
        return HTTP_DATE.format(Instant.ofEpochSecond(epochSecond));
    }
}
