package org.starpunk.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Elements of a header such as {@code Accept} or {@code Accept-Encoding} with their weights (RFC 9110, section 12.4.2),
 * in the order of the header.
 */
record WeightedHeader(List<Element> elements) {

    /**
     * Element of the header.
     *
     * @param value value in lower case, for example {@code text/html} or {@code gzip}
     * @param parameters parameters other than the weight, by name in lower case
     * @param weight from 0, not acceptable, to 1
     */
    record Element(String value, Map<String, String> parameters, double weight) {}

    /** Parses a header. An element with an invalid weight is not acceptable. Valid weights are numbers from 0 to 1. */
    static WeightedHeader parse(String header) {
        List<Element> elements = new ArrayList<>();
        for (String element : split(header, ',')) {
            List<String> parts = split(element, ';');
            String value = parts.get(0).toLowerCase(Locale.ROOT);
            if (!value.isEmpty()) {
                elements.add(element(value, parts.subList(1, parts.size())));
            }
        }
        return new WeightedHeader(elements);
    }

    private static Element element(String value, List<String> parts) {
        Map<String, String> parameters = new HashMap<>();
        double weight = 1;
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String name = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                String given = unquoted(part.substring(equals + 1).strip());
                if (name.equals("q")) {
                    weight = weight(given);
                } else {
                    parameters.put(name, given);
                }
            }
        }
        return new Element(value, parameters, weight);
    }

    private static double weight(String text) {
        try {
            double weight = Double.parseDouble(text);
            return weight >= 0 && weight <= 1 ? weight : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Splits a text at a separator outside quotes, and strips the parts. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin).strip());
        return parts;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1") : text;
    }
}
