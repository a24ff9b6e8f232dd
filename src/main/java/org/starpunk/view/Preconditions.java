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

/** Conditional GET and HEAD requests (RFC 9110, section 13): whether the reader has this very page already. */
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

    /** Stands for the date of what has none: conditions on dates are then passed over. */
    static final long NO_DATE = Long.MAX_VALUE;

    private Preconditions() {}

    /**
     * Whether to answer 304. If-None-Match, when it is there, decides alone (13.2.2): by weak comparison with each tag of its
     * lists, {@code *} for any; else If-Modified-Since does, unless it is no date.
     *
     * @param headers the request's
     * @param etag the strong, quoted tag of what would be sent
     * @param unchangedSince from which second on the page has been as it is, epoch seconds
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
     * What a request's preconditions come to, in the order of 13.2.2: 412 when it is for another version of the page than there
     * is (If-Match, by strong comparison; else If-Unmodified-Since), 304 when the reader has this one, else 200.
     *
     * @param headers the request's
     * @param etag the strong, quoted tag of what would be sent
     * @param unchangedSince from which second on the page has been as it is, epoch seconds
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

    /** Whether a list of entity tags has one: {@code "a", W/"b,c"}. A tag's text may hold commas, never quotes. */
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

    /** An HTTP date in any of its three forms (RFC 9110, 5.6.7); null when it is none. */
    static @Nullable Instant date(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (DateTimeFormatter form : DATES) {
            try {
                return ZonedDateTime.parse(text.strip(), form).toInstant();
            } catch (DateTimeException e) {
                // It may be of the next form.
            }
        }
        return null;
    }

    /** {@code Sat, 21 Nov 2026 08:05:09 GMT}. */
    public static String date(long epochSecond) {
        return HTTP_DATE.format(Instant.ofEpochSecond(epochSecond));
    }
}
