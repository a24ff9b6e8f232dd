package org.starpunk.view;

import org.jspecify.annotations.Nullable;

/** Decides whether a client accepts gzip and does not prefer the uncompressed form (RFC 9110, section 12.5.3). */
public final class GzipNegotiation {

    private GzipNegotiation() {}

    /**
     * Returns whether an Accept-Encoding header accepts gzip.
     *
     * @param header value of the header; null without one
     */
    public static boolean gzip(@Nullable String header) {
        if (header == null) {
            return false;
        }
        if (header.startsWith("gzip,") || header.equals("gzip")) {
            return true;
        }
        double named = -1;
        double any = 0;
        double plain = 0;
        for (WeightedHeader.Element coding : WeightedHeader.parse(header).elements()) {
            switch (coding.value()) {
                case "gzip", "x-gzip" -> named = Math.max(named, coding.weight());
                case "identity" -> plain = coding.weight();
                case "*" -> any = coding.weight();
                default -> {
                    // The server supports no other coding.
                }
            }
        }
        double gzip = named < 0 ? any : named;
        return gzip > 0 && gzip >= plain;
    }
}
