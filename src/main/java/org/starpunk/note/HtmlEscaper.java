package org.starpunk.note;

import org.jspecify.annotations.Nullable;

/** Escapes text for HTML. */
public final class HtmlEscaper {

    private HtmlEscaper() {}

    /** Returns a text that is safe in an element and in a quoted attribute. */
    public static String escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (entity(text.charAt(i)) != null) {
                StringBuilder html = new StringBuilder(text.length() + 16);
                escape(text, html);
                return html.toString();
            }
        }
        return text;
    }

    /** Appends an escaped text. */
    public static void escape(CharSequence text, StringBuilder html) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            String entity = entity(text.charAt(i));
            if (entity != null) {
                html.append(text, from, i).append(entity);
                from = i + 1;
            }
        }
        html.append(text, from, text.length());
    }

    private static @Nullable String entity(char c) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            default -> null;
        };
    }
}
