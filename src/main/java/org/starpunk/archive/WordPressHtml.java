package org.starpunk.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.starpunk.archive.WordPressItem.Attachment;
import org.starpunk.note.HtmlEscaper;

/**
 * Converts the text of a WordPress post to HTML: shortcodes are translated, and empty lines of the classic editor
 * become paragraphs.
 */
final class WordPressHtml {

    private static final Pattern BLOCK_COMMENT =
            Pattern.compile("<!--\\s+(/?)wp:([a-z][a-z0-9/-]*)((?:\\s+\\{.*?\\})?)\\s+(/?)-->", Pattern.DOTALL);
    private static final Pattern SHORTCODE = Pattern.compile(
            "(\\[?)\\[(/?)([A-Za-z][A-Za-z0-9_-]{1,40})((?:[\\s\\u00a0]+(?:[^\\[\\]\"']++|\"[^\"]*+\"|'[^']*+')*+)?)(/?)](]?)");
    private static final Pattern ARGUMENT =
            Pattern.compile("([\\w-]+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s'\"\\]]+))|\"([^\"]*)\"|(\\S+)");
    private static final Pattern CAPTION =
            Pattern.compile("(?s)\\A\\s*((?:<a\\b[^>]*>\\s*)?<img\\b[^>]*>(?:\\s*</a>)?)\\s*(.*)\\z");
    private static final Pattern ADDRESS_LINE = Pattern.compile("(?m)^[ \\t]*(https?://[^\\s<>\"]+)[ \\t]*$");

    private static final Set<String> CODE = Set.of(
            "code",
            "sourcecode",
            "source",
            "php",
            "html",
            "css",
            "js",
            "javascript",
            "java",
            "python",
            "ruby",
            "bash",
            "sql",
            "xml");
    private static final Set<String> PLAYERS = Set.of("audio", "video", "playlist");
    private static final Set<String> LINKS =
            Set.of("embed", "youtube", "vimeo", "twitter", "soundcloud", "instagram", "gist");

    private final Map<String, Attachment> attachments;
    private final List<Attachment> ownAttachments;
    private final Consumer<String> remarks;
    private final Set<String> reported = new HashSet<>();

    /**
     * @param attachments all files of the media library, by id
     * @param own attachments of the post
     * @param remarks receives remarks about content that is not translated
     */
    WordPressHtml(Map<String, Attachment> attachments, List<Attachment> own, Consumer<String> remarks) {
        this.attachments = attachments;
        this.ownAttachments = own;
        this.remarks = remarks;
    }

    String html(String written) {
        String text = written.replace("\r\n", "\n").replace('\r', '\n');
        if (!BLOCK_COMMENT.matcher(text).find()) {
            return WordPressParagraphFormatter.format(addresses(shortcodes(text)))
                    .strip();
        }
        return blocks(text).strip();
    }

    /**
     * Converts a text of the block editor. Text between blocks has the format of the classic editor; text inside blocks
     * is HTML.
     */
    private String blocks(String text) {
        StringBuilder html = new StringBuilder();
        Matcher comment = BLOCK_COMMENT.matcher(text);
        int depth = 0;
        int from = 0;
        while (comment.find()) {
            append(html, text.substring(from, comment.start()), depth);
            from = comment.end();
            boolean closing = !comment.group(1).isEmpty();
            boolean empty = !comment.group(4).isEmpty();
            if (empty && !closing) {
                remarks.accept("it has a block that is made by WordPress: " + comment.group(2));
            } else {
                depth = Math.max(0, depth + (closing ? -1 : 1));
            }
        }
        append(html, text.substring(from), depth);
        return html.toString();
    }

    private void append(StringBuilder html, String part, int depth) {
        if (part.isBlank()) {
            html.append(part);
        } else if (depth == 0) {
            html.append(WordPressParagraphFormatter.format(addresses(shortcodes(part))));
        } else {
            html.append(addresses(shortcodes(part)));
        }
    }

    /** Converts an address on a line of its own to a link. WordPress would embed it. */
    private static String addresses(String text) {
        Matcher address = ADDRESS_LINE.matcher(text);
        return text.contains("<pre") ? text : address.replaceAll(line -> Matcher.quoteReplacement(link(line.group(1))));
    }

    private static String link(String url) {
        String escaped = url.contains("&amp;") ? url : HtmlEscaper.escape(url);
        return "<a href=\"" + escaped + "\">" + escaped + "</a>";
    }

    private String shortcodes(String text) {
        if (text.indexOf('[') < 0) {
            return text;
        }
        StringBuilder html = new StringBuilder();
        Matcher found = SHORTCODE.matcher(text);
        int from = 0;
        while (from <= text.length() && found.find(from)) {
            int start = found.start() + found.group(1).length();
            int end = found.end() - found.group(6).length();
            if (!found.group(1).isEmpty() && !found.group(6).isEmpty()) {
                // Double brackets escape a shortcode.
                html.append(text, from, found.start()).append(text, start, end);
                from = found.end();
                continue;
            }
            html.append(text, from, start);
            String name = found.group(3).toLowerCase(Locale.ROOT);
            Map<String, String> arguments = arguments(found.group(4));
            int close = found.group(2).isEmpty() && found.group(5).isEmpty() ? closing(text, end, name) : -1;
            String inner = close < 0 ? "" : text.substring(end, close);
            String translated = found.group(2).isEmpty() ? translated(name, arguments, inner) : null;
            if (translated != null) {
                html.append(translated);
                from = close < 0 ? end : text.indexOf(']', close) + 1;
            } else {
                unknown(name, found.group(4), found.group(2), close);
                html.append(text, start, end);
                from = end;
            }
        }
        return html.append(text, Math.min(from, text.length()), text.length()).toString();
    }

    private static int closing(String text, int from, String name) {
        return text.toLowerCase(Locale.ROOT).indexOf("[/" + name + "]", from);
    }

    /**
     * Reports an unknown shortcode. A word in brackets is reported only if it has arguments, an end tag or a typical
     * name.
     */
    private void unknown(String name, String arguments, String slash, int close) {
        boolean looks = close >= 0 || arguments.contains("=") || name.contains("-") || name.contains("_");
        if (slash.isEmpty() && looks && reported.add(name)) {
            remarks.accept("it has a shortcode that stays as text: [" + name + "]");
        }
    }

    private @Nullable String translated(String name, Map<String, String> arguments, String inner) {
        if (name.equals("caption") || name.equals("wp_caption")) {
            return caption(arguments, inner);
        }
        if (name.equals("gallery")) {
            return gallery(arguments);
        }
        if (CODE.contains(name) && !inner.isEmpty()) {
            String code = inner.replaceFirst("^\\n", "").replaceFirst("\\n$", "");
            boolean escaped = code.contains("&lt;") || code.contains("&gt;") || code.contains("&amp;");
            return "\n\n<pre><code>" + (escaped ? code : HtmlEscaper.escape(code)) + "</code></pre>\n\n";
        }
        if (PLAYERS.contains(name)) {
            return player(name, arguments, inner);
        }
        if (LINKS.contains(name)) {
            return embed(name, arguments, inner);
        }
        return null;
    }

    private static String caption(Map<String, String> arguments, String inner) {
        Matcher parts = CAPTION.matcher(inner);
        String picture = parts.matches() ? parts.group(1) : inner;
        String caption = parts.matches() && !parts.group(2).isBlank()
                ? parts.group(2).strip()
                : arguments.getOrDefault("caption", "");
        return "\n\n<figure>" + picture + (caption.isBlank() ? "" : "<figcaption>" + caption + "</figcaption>")
                + "</figure>\n\n";
    }

    private String gallery(Map<String, String> arguments) {
        List<Attachment> pictures = new ArrayList<>();
        String ids = arguments.getOrDefault("ids", arguments.getOrDefault("include", ""));
        for (String id : ids.split("[,\\s]+")) {
            Attachment picture = attachments.get(id);
            if (picture != null) {
                pictures.add(picture);
            } else if (!id.isEmpty()) {
                remarks.accept("its gallery has the picture number " + id + ", which is not in the export");
            }
        }
        if (ids.isBlank()) {
            pictures.addAll(ownAttachments);
        }
        if (pictures.isEmpty()) {
            remarks.accept("its gallery has no picture that is in the export");
        }
        StringBuilder html = new StringBuilder("\n\n");
        for (Attachment picture : pictures) {
            html.append("<figure><img src=\"")
                    .append(HtmlEscaper.escape(picture.url()))
                    .append("\" alt=\"")
                    .append(HtmlEscaper.escape(picture.caption()))
                    .append("\"></figure>\n\n");
        }
        return html.toString();
    }

    private String player(String name, Map<String, String> arguments, String inner) {
        String url = arguments.entrySet().stream()
                .filter(argument -> Set.of(
                                "src", "mp3", "m4a", "ogg", "wav", "wma", "flac", "mp4", "m4v", "webm", "ogv", "flv")
                        .contains(argument.getKey()))
                .map(Map.Entry::getValue)
                .filter(value -> value.matches("(?:https?:/)?/\\S+"))
                .findFirst()
                .orElse(arguments.getOrDefault("0", inner.strip()));
        if (url.matches("https?://\\S+|/\\S+")) {
            remarks.accept("it plays " + url + ", which is a link now");
            return "\n\n" + link(url) + "\n\n";
        }
        remarks.accept("it has a shortcode without an address: [" + name + "]");
        return "";
    }

    private @Nullable String embed(String name, Map<String, String> arguments, String inner) {
        String written = inner.isBlank()
                ? arguments.getOrDefault("src", arguments.getOrDefault("url", arguments.getOrDefault("0", "")))
                : inner;
        String url = written.strip().replaceFirst("^=", "");
        if (!url.startsWith("http") && url.matches("[\\w-]{6,}") && name.equals("youtube")) {
            url = "https://www.youtube.com/watch?v=" + url;
        } else if (!url.startsWith("http") && url.matches("\\d{5,}") && name.equals("vimeo")) {
            url = "https://vimeo.com/" + url;
        }
        return url.matches("https?://\\S+") ? "\n\n" + link(url) + "\n\n" : null;
    }

    /** Returns the named arguments by name, and the others by position. */
    private static Map<String, String> arguments(String written) {
        Map<String, String> arguments = new HashMap<>();
        Matcher argument = ARGUMENT.matcher(written.replace('\u00a0', ' '));
        while (argument.find()) {
            String name = argument.group(1);
            String value = null;
            for (int group = 2; group <= 6 && value == null; group++) {
                value = argument.group(group);
            }
            arguments.put(
                    name == null ? String.valueOf(arguments.size()) : name.toLowerCase(Locale.ROOT),
                    String.valueOf(value));
        }
        return arguments;
    }
}
