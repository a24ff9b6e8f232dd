package org.starpunk.note;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Line on a page for a property of a note: a reference (reply, like, bookmark), a place, or media. The values come from
 * apps and may contain any text: pages and feeds must escape all of them.
 *
 * @param words introduction of the value: {@code Bookmarks}
 * @param property microformats2 class of the value: {@code u-bookmark-of}
 * @param type microformats2 class of a nested object, such as {@code h-cite}; empty for a plain value
 * @param name displayed text, at most {@value #MAX_LENGTH} UTF-16 units
 * @param url web address of the link; null if there is none
 * @param details further texts of the object by class, such as {@code p-locality}
 */
public record DisplayedProperty(
        String words,
        String property,
        String type,
        String name,
        @Nullable String url,
        Map<String, String> details) {

    private static final int MAX_URL = 2048;
    private static final int MAX_LENGTH = 200;
    private static final Pattern GEO =
            Pattern.compile("geo:(-?[0-9]{1,3}(?:[.][0-9]{1,12})?),(-?[0-9]{1,3}(?:[.][0-9]{1,12})?)(?:[,;].*)?");
    private static final Pattern OF = Pattern.compile("[a-z][a-z-]{0,40}-of");

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("in-reply-to", "In reply to"),
            Map.entry("like-of", "Likes"),
            Map.entry("repost-of", "Reposts"),
            Map.entry("bookmark-of", "Bookmarks"),
            Map.entry("quotation-of", "Quotes"),
            Map.entry("read-of", "Reads"),
            Map.entry("watch-of", "Watches"),
            Map.entry("listen-of", "Listens to"),
            Map.entry("play-of", "Plays"),
            Map.entry("follow-of", "Follows"),
            Map.entry("favorite-of", "Favourites"));

    /** Classes of details, in order of display. */
    public static final List<String> PARTS = List.of(
            "p-author",
            "p-street-address",
            "p-extended-address",
            "p-locality",
            "p-region",
            "p-postal-code",
            "p-country-name",
            "p-latitude",
            "p-longitude");

    private static final List<String> ADDRESS =
            List.of("street-address", "extended-address", "locality", "region", "postal-code", "country-name");
    private static final List<String> POSITION = List.of("latitude", "longitude");

    public DisplayedProperty {
        name = Excerpt.ofText(name, MAX_LENGTH);
        details = Map.copyOf(details);
    }

    /** Returns the lines above the text of a note. */
    public static List<DisplayedProperty> above(Note.Content content) {
        ExtraProperties extra = content.extra();
        List<DisplayedProperty> lines = new ArrayList<>();
        references("in-reply-to", content.inReplyTo(), extra, lines);
        references("like-of", content.likeOf(), extra, lines);
        references("repost-of", content.repostOf(), extra, lines);
        for (String name : extra.values().keySet()) {
            if (OF.matcher(name).matches() && !name.equals("like-of") && !name.equals("repost-of")) {
                references(name, null, extra, lines);
            }
        }
        for (Object value : extra.all("rsvp")) {
            text(value)
                    .ifPresent(
                            answer -> lines.add(new DisplayedProperty("RSVP:", "p-rsvp", "", answer, null, Map.of())));
        }
        String checkin = extra.all("location").isEmpty() ? "u-checkin p-location" : "u-checkin";
        extra.all("checkin").forEach(value -> place("Checked in at", checkin, value, lines));
        extra.all("location").forEach(value -> place("Location:", "p-location", value, lines));
        return lines;
    }

    /** Returns the lines below the text of a note. */
    public static List<DisplayedProperty> below(Note.Content content) {
        ExtraProperties extra = content.extra();
        List<DisplayedProperty> lines = new ArrayList<>();
        extra.all("featured").forEach(value -> link("Featured picture:", "u-featured", value, lines));
        extra.all("video").forEach(value -> link("Video:", "u-video", value, lines));
        extra.all("audio").forEach(value -> link("Audio:", "u-audio", value, lines));
        extra.all("category").forEach(value -> reference("With", "u-category", "h-card", value, lines));
        extra.all("syndication").forEach(value -> link("Also on", "u-syndication", value, lines));
        return lines;
    }

    /** Returns the summary from an app; null if there is none. */
    public static @Nullable String summary(Note.Content content) {
        for (Object value : content.extra().all("summary")) {
            Optional<String> text = text(value);
            if (text.isPresent()) {
                return text.get();
            }
        }
        return null;
    }

    /**
     * Returns the summary and all lines as plain text, for the search and for a note without text; empty if there are
     * none.
     */
    public static String text(Note.Content content) {
        StringBuilder text = new StringBuilder();
        String summary = summary(content);
        append(summary == null ? "" : summary, text);
        for (List<DisplayedProperty> lines : List.of(above(content), below(content))) {
            for (DisplayedProperty line : lines) {
                append(line.words + ' ' + line.shown(), text);
            }
        }
        return text.toString();
    }

    private static void append(String part, StringBuilder text) {
        text.append(text.isEmpty() || part.isEmpty() ? "" : "\n").append(part);
    }

    /** Returns the details as text after the name, with separators; empty if there are none. */
    public String more() {
        StringBuilder text = new StringBuilder();
        String author = details.get("p-author");
        if (author != null) {
            text.append(" by ").append(author);
        }
        String separator = name.isEmpty() ? "" : ", ";
        for (String part : ADDRESS) {
            String value = details.get("p-" + part);
            if (value != null) {
                text.append(separator).append(value);
                separator = ", ";
            }
        }
        if (details.containsKey("p-latitude") && details.containsKey("p-longitude")) {
            boolean alone = name.isEmpty() && text.isEmpty();
            text.append(alone ? "" : " (")
                    .append(details.get("p-latitude"))
                    .append(", ")
                    .append(details.get("p-longitude"))
                    .append(alone ? "" : ")");
        }
        return text.toString();
    }

    /** Returns the name with its details. */
    public String shown() {
        return name + more();
    }

    /** Returns whether a text is a web address that a page may link: {@code http} or {@code https} with a host. */
    public static boolean isWeb(String url) {
        try {
            URI uri = new URI(url);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return web
                    && url.length() <= MAX_URL
                    && uri.getRawAuthority() != null
                    && !uri.getRawAuthority().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Returns the address without its scheme, at most 60 UTF-16 units. */
    public static String shortened(String url) {
        String shown = url.replaceFirst("^https?://(www\\.)?", "").replaceFirst("/$", "");
        return Excerpt.ofText(shown, 60);
    }

    /** Adds the references of a property: first the address in the note's own field, then the values from the app. */
    private static void references(
            String name, @Nullable String own, ExtraProperties extra, List<DisplayedProperty> lines) {
        String words = WORDS.getOrDefault(name, capitalised(name));
        List<Object> values = extra.all(name);
        boolean named = own == null || values.stream().anyMatch(value -> own.equals(address(value)));
        if (!named) {
            reference(words, "u-" + name, "h-cite", String.valueOf(own), lines);
        }
        values.forEach(value -> reference(words, "u-" + name, "h-cite", value, lines));
    }

    private static String capitalised(String name) {
        String words = name.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static void reference(
            String words, String property, String type, Object value, List<DisplayedProperty> lines) {
        String url = address(value);
        boolean web = url != null && isWeb(url);
        String name = value instanceof Map<?, ?> object ? text(properties(object), "name") : "";
        if (name.isEmpty()) {
            name = web ? shortened(String.valueOf(url)) : text(value).orElse("");
        }
        if (!name.isEmpty()) {
            boolean author = value instanceof Map<?, ?> object
                    && !text(properties(object), "author").isEmpty();
            Map<String, String> details =
                    author ? Map.of("p-author", text(properties((Map<?, ?>) value), "author")) : Map.of();
            lines.add(new DisplayedProperty(words, property, type, name, web ? url : null, details));
        }
    }

    private static void link(String words, String property, Object value, List<DisplayedProperty> lines) {
        String url = address(value);
        if (url != null && isWeb(url)) {
            String alt = value instanceof Map<?, ?> object ? text(object, "alt") : "";
            lines.add(new DisplayedProperty(words, property, "", alt.isEmpty() ? shortened(url) : alt, url, Map.of()));
        }
    }

    private static void place(String words, String property, Object value, List<DisplayedProperty> lines) {
        Map<String, String> details = new LinkedHashMap<>();
        String name = "";
        String url = null;
        if (value instanceof Map<?, ?> object) {
            Map<?, ?> properties = properties(object);
            name = text(properties, "name");
            url = address(value);
            describe(properties, details);
        } else {
            String text = text(value).orElse("");
            Matcher geo = GEO.matcher(text);
            if (geo.matches()) {
                details.put("p-latitude", geo.group(1));
                details.put("p-longitude", geo.group(2));
            } else {
                name = isWeb(text) ? shortened(text) : text;
                url = text;
            }
        }
        boolean web = url != null && isWeb(url);
        if (!name.isEmpty() || !details.isEmpty()) {
            lines.add(
                    new DisplayedProperty(words, property, type(name, web, details), name, web ? url : null, details));
        }
    }

    private static String type(String name, boolean web, Map<String, String> details) {
        if (web || (!name.isEmpty() && !details.isEmpty())) {
            return "h-card";
        }
        boolean address = ADDRESS.stream().anyMatch(part -> details.containsKey("p-" + part));
        return address ? "h-adr" : details.isEmpty() ? "" : "h-geo";
    }

    /**
     * Adds the parts of an address and a position, from the object and from a nested {@code adr}, {@code geo} or {@code
     * location}.
     */
    private static void describe(Map<?, ?> properties, Map<String, String> details) {
        for (List<String> parts : List.of(ADDRESS, POSITION)) {
            for (String part : parts) {
                String text = text(properties, part);
                if (!text.isEmpty()) {
                    details.putIfAbsent("p-" + part, text);
                }
            }
        }
        for (String nested : List.of("adr", "geo", "location")) {
            if (first(properties.get(nested)) instanceof Map<?, ?> object) {
                describe(properties(object), details);
            } else {
                Matcher geo = GEO.matcher(text(properties, nested));
                if (geo.matches()) {
                    details.putIfAbsent("p-latitude", geo.group(1));
                    details.putIfAbsent("p-longitude", geo.group(2));
                }
            }
        }
    }

    private static Map<?, ?> properties(Map<?, ?> object) {
        return object.get("properties") instanceof Map<?, ?> nested ? nested : object;
    }

    private static @Nullable Object first(@Nullable Object value) {
        return value instanceof List<?> list ? (list.isEmpty() ? null : list.get(0)) : value;
    }

    private static String text(Map<?, ?> properties, String name) {
        Object value = first(properties.get(name));
        return value == null ? "" : text(value).orElse("");
    }

    /** Returns the text of a value; for an object, the text of its {@code value} or {@code name}. */
    private static Optional<String> text(Object value) {
        if (value instanceof Map<?, ?> object) {
            for (Object own : new Object[] {
                first(object.get("value")), first(properties(object).get("name"))
            }) {
                if (own instanceof String text && !text.isBlank()) {
                    return Optional.of(text.strip());
                }
            }
            return Optional.empty();
        }
        if (value instanceof List<?> list) {
            return list.isEmpty() ? Optional.empty() : text(list.get(0));
        }
        String text = value.toString().strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /**
     * Returns the address of a value: its text, or the {@code url} or {@code value} of an object; null if there is
     * none.
     */
    private static @Nullable String address(Object value) {
        if (value instanceof Map<?, ?> object) {
            for (Object own : new Object[] {first(properties(object).get("url")), first(object.get("value"))}) {
                if (own instanceof String text && isWeb(text.strip())) {
                    return text.strip();
                }
            }
            return null;
        }
        return value instanceof String text ? text.strip() : null;
    }
}
