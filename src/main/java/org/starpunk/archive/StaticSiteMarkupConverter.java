package org.starpunk.archive;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts generator-specific markup in Markdown: Liquid (Jekyll) and shortcodes (Hugo, Zola). */
final class StaticSiteMarkupConverter {

    private static final Pattern SITE_URL = Pattern.compile("\\{\\{-?\\s*site\\.(?:baseurl|url)\\s*-?}}");
    private static final Pattern FILTERED = Pattern.compile(
            "\\{\\{-?\\s*['\"]([^'\"{}]*)['\"]\\s*\\|\\s*(?:relative_url|absolute_url|prepend:\\s*site\\.(?:baseurl|url))\\s*-?}}");
    private static final Pattern HIGHLIGHT = Pattern.compile("\\{%-?\\s*highlight\\s+([\\w+#-]+)[^%]*%}\\r?\\n?");
    private static final Pattern END_HIGHLIGHT = Pattern.compile("\\r?\\n?\\{%-?\\s*endhighlight\\s*-?%}");
    private static final Pattern RAW = Pattern.compile("\\{%-?\\s*(?:end)?raw\\s*-?%}");
    private static final Pattern COMMENT =
            Pattern.compile("\\{%-?\\s*comment\\s*-?%}.*?\\{%-?\\s*endcomment\\s*-?%}", Pattern.DOTALL);
    private static final Pattern OTHER_LIQUID = Pattern.compile("\\{%-?\\s*(\\w+)[^%\\n]{0,300}%}");
    private static final Pattern SHORTCODE =
            Pattern.compile("\\{\\{([<%])\\s*(/?)([\\w./-]+)((?:\\s+[^>%\\n]{0,1000})?)\\s*/?[>%]}}");
    private static final Pattern ARGUMENT = Pattern.compile("(?:([\\w-]+)=)?(?:\"([^\"]*)\"|`([^`]*)`|([^\\s\"`=]+))");

    private StaticSiteMarkupConverter() {}

    static String translate(String text, Consumer<String> remarks) {
        return shortcodes(liquid(text, remarks), remarks);
    }

    /** Converts known Liquid tags. Other tags remain in the text and are reported. */
    static String liquid(String text, Consumer<String> remarks) {
        if (!text.contains("{%") && !text.contains("{{")) {
            return text;
        }
        String read = SITE_URL.matcher(text).replaceAll("");
        read = FILTERED.matcher(read).replaceAll("$1");
        read = COMMENT.matcher(read).replaceAll("");
        read = HIGHLIGHT.matcher(read).replaceAll("```$1\n");
        read = END_HIGHLIGHT.matcher(read).replaceAll("\n```");
        read = RAW.matcher(read).replaceAll("");
        Matcher other = OTHER_LIQUID.matcher(read);
        while (other.find()) {
            remarks.accept("it has a Liquid tag that stays as text: " + other.group(1));
        }
        return read;
    }

    private static String shortcodes(String text, Consumer<String> remarks) {
        if (!text.contains("{{<") && !text.contains("{{%")) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        Matcher shortcode = SHORTCODE.matcher(text);
        while (shortcode.find()) {
            shortcode.appendReplacement(out, Matcher.quoteReplacement(shortcode(shortcode, remarks)));
        }
        return shortcode.appendTail(out).toString();
    }

    private static String shortcode(Matcher shortcode, Consumer<String> remarks) {
        Map<String, String> arguments = arguments(shortcode.group(4));
        String first = arguments.getOrDefault("0", "");
        return switch (shortcode.group(3)) {
            case "figure" -> figure(arguments, first);
            case "highlight" -> shortcode.group(2).isEmpty() ? "```" + first : "```";
            case "youtube" -> "<https://www.youtube.com/watch?v=" + arguments.getOrDefault("id", first) + ">";
            case "vimeo" -> "<https://vimeo.com/" + arguments.getOrDefault("id", first) + ">";
            default -> {
                remarks.accept("it has a shortcode that stays as text: " + shortcode.group(3));
                yield shortcode.group();
            }
        };
    }

    private static String figure(Map<String, String> arguments, String first) {
        String caption = arguments.getOrDefault("caption", "");
        return "![" + arguments.getOrDefault("alt", caption) + "](<" + arguments.getOrDefault("src", first) + ">)"
                + (caption.isEmpty() ? "" : "\n\n*" + caption + "*");
    }

    /** Returns the named arguments by name, and the others by position. */
    private static Map<String, String> arguments(String written) {
        Map<String, String> arguments = new HashMap<>();
        Matcher argument = ARGUMENT.matcher(written);
        while (argument.find()) {
            String value = argument.group(2) != null
                    ? argument.group(2)
                    : argument.group(3) != null ? argument.group(3) : argument.group(4);
            String name = argument.group(1);
            arguments.put(name == null ? String.valueOf(arguments.size()) : name, value);
        }
        return arguments;
    }
}
