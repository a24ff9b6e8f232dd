package org.starpunk.view;

import org.jspecify.annotations.Nullable;

/** Whether a reader takes gzip (RFC 9110, 12.5.3). */
final class AcceptEncoding {

    private AcceptEncoding() {}

    static boolean gzip(@Nullable String header) {
        if (header == null) {
            return false;
        }
        if (header.startsWith("gzip,") || header.equals("gzip")) {
            return true;
        }
        double any = 0;
        for (String element : header.split(",")) {
            String[] parts = element.split(";");
            String coding = parts[0].strip();
            double quality = quality(parts);
            if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
                return quality > 0;
            }
            if (coding.equals("*")) {
                any = quality;
            }
        }
        return any > 0;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("q=") || part.startsWith("Q=")) {
                try {
                    return Double.parseDouble(part.substring(2).strip());
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
