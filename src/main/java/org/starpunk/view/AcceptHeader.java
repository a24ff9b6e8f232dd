package org.starpunk.view;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Negotiates content by media type (RFC 9110, section 12.5.1). The most specific range that matches a type decides its
 * weight. A request without the header accepts everything.
 */
public final class AcceptHeader {

    private static final List<String> PAGE_OR_DATA =
            List.of("application/problem+json", "application/json", "text/html", "application/xhtml+xml");
    private static final List<WeightedHeader.Element> ANYTHING =
            List.of(new WeightedHeader.Element("*/*", Map.of(), 1));

    private final List<WeightedHeader.Element> ranges;

    /**
     * Result of matching a media type.
     *
     * @param weight from 0, not acceptable, to 1
     * @param precision higher for a more specific range
     * @param position index of the range in the header
     */
    private record MediaRangeMatch(double weight, int precision, int position) {

        boolean isBetterThan(MediaRangeMatch other) {
            if (weight != other.weight) {
                return weight > other.weight;
            }
            return precision == other.precision ? position < other.position : precision > other.precision;
        }
    }

    private static final MediaRangeMatch NONE = new MediaRangeMatch(0, -1, Integer.MAX_VALUE);

    private AcceptHeader(List<WeightedHeader.Element> ranges) {
        this.ranges = ranges;
    }

    /** Returns the header of a request. */
    public static AcceptHeader of(HttpServerRequest request) {
        return parse(String.join(",", request.headers().getAll(HttpHeaders.ACCEPT)));
    }

    /** Parses the value of the header; an empty one accepts everything. */
    static AcceptHeader parse(String header) {
        List<WeightedHeader.Element> ranges = WeightedHeader.parse(header).elements();
        return new AcceptHeader(ranges.isEmpty() ? ANYTHING : ranges);
    }

    /** Returns whether a client prefers an HTML page to data. A client without a preference gets data. */
    public static boolean prefersPage(HttpServerRequest request) {
        return of(request).prefersPage();
    }

    boolean prefersPage() {
        return PAGE_OR_DATA.indexOf(best(PAGE_OR_DATA, Function.identity())) >= 2;
    }

    /**
     * Returns whether a client gives a media type a higher weight than each of several others.
     *
     * @param others other media types
     */
    public boolean prefers(String mediaType, List<String> others) {
        double weight = match(mediaType).weight();
        return others.stream().allMatch(other -> match(other).weight() < weight);
    }

    /**
     * Returns the best of several representations: the one with the highest weight. Among equal weights, the more
     * specific range decides, then the order of the header, then the order of the list. Returns the first if none is
     * acceptable, because a response in another format is more useful than an error.
     *
     * @param offers representations, at least one
     * @param mediaType returns the media type of a representation, with its relevant parameters
     */
    public <T> T best(List<T> offers, Function<T, String> mediaType) {
        T best = offers.get(0);
        MediaRangeMatch bestMatch = NONE;
        for (T offer : offers) {
            MediaRangeMatch match = match(mediaType.apply(offer));
            if (match.weight > 0 && match.isBetterThan(bestMatch)) {
                best = offer;
                bestMatch = match;
            }
        }
        return best;
    }

    /** Returns the match of the most specific range; the first of two equally specific ones. */
    private MediaRangeMatch match(String mediaType) {
        WeightedHeader.Element type = WeightedHeader.parse(mediaType).elements().get(0);
        MediaRangeMatch found = NONE;
        for (int i = 0; i < ranges.size(); i++) {
            WeightedHeader.Element range = ranges.get(i);
            int precision = precision(range, type);
            if (precision > found.precision) {
                found = new MediaRangeMatch(range.weight(), precision, i);
            }
        }
        return found;
    }

    /**
     * Returns how specific a matching range is, or -1 if it does not match. Parameters that the type does not have are
     * ignored.
     */
    private static int precision(WeightedHeader.Element range, WeightedHeader.Element type) {
        int same = 0;
        for (Map.Entry<String, String> parameter : type.parameters().entrySet()) {
            String wanted = range.parameters().get(parameter.getKey());
            if (wanted != null && !wanted.equalsIgnoreCase(parameter.getValue())) {
                return -1;
            }
            same += wanted == null ? 0 : 1;
        }
        if (range.value().equals(type.value())) {
            return 2 + same;
        }
        if (range.value().equals("*/*") || range.value().equals("*")) {
            return 0;
        }
        String group = type.value().substring(0, type.value().indexOf('/') + 1);
        return Objects.equals(range.value(), group + "*") ? 1 : -1;
    }
}
