package org.starpunk.archive;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A text with a head of fields: YAML between lines of {@code ---}, as Jekyll, Hugo and this program write it, or the simple part
 * of TOML between lines of {@code +++}, as Hugo does.
 *
 * @param fields the fields by their names in lower case; each value is a text, a list or a map of such: nothing is taken for a
 *     number or a date
 * @param body what follows, from the first character after the closing line on
 */
record FrontMatter(Map<String, Object> fields, String body) {

    private static final int MAX_HEAD = 200_000;
    private static final Pattern YAML_HEAD =
            Pattern.compile("\\A---[ \\t]*\\r?\\n(.*?)(?:\\A|(?<=\\n))---[ \\t]*(?:\\r?\\n|\\z)", Pattern.DOTALL);
    private static final Pattern TOML_HEAD =
            Pattern.compile("\\A\\+\\+\\+[ \\t]*\\r?\\n(.*?)(?<=\\n)\\+\\+\\+[ \\t]*(?:\\r?\\n|\\z)", Pattern.DOTALL);
    private static final Pattern TOML_LINE = Pattern.compile("^\\s*([\\w-]+)\\s*=\\s*(.+?)\\s*$");
    private static final Pattern TOML_ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))");
    private static final Pattern TOML_TEXT =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|([^,\\[\\]\\s][^,\\]]*)");

    /** Every scalar is the text that stands there. */
    private static final class Texts extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }

        /** Writes a text with a control character or an unusual line break in double quotes: there each has its escape. */
        private static final class Written extends Representer {

            private Written(DumperOptions options) {
                super(options);
                representers.put(String.class, text -> {
                    boolean odd = ((String) text).codePoints().anyMatch(Written::isOdd);
                    return odd
                            ? representScalar(Tag.STR, (String) text, DumperOptions.ScalarStyle.DOUBLE_QUOTED)
                            : representScalar(Tag.STR, (String) text);
                });
            }

            private static boolean isOdd(int c) {
                return c < ' ' || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
            }
        }
    }

    /**
     * Reads a text.
     *
     * @return empty when it has no such head
     * @throws PackException when it has one that cannot be read
     */
    static Optional<FrontMatter> read(String text) throws PackException {
        Matcher yaml = YAML_HEAD.matcher(text);
        if (text.startsWith("---") && yaml.find()) {
            return Optional.of(new FrontMatter(yaml(yaml.group(1)), text.substring(yaml.end())));
        }
        Matcher toml = TOML_HEAD.matcher(text);
        if (text.startsWith("+++") && toml.find()) {
            return Optional.of(new FrontMatter(toml(toml.group(1)), text.substring(toml.end())));
        }
        return Optional.empty();
    }

    private static Map<String, Object> yaml(String head) throws PackException {
        if (head.length() > MAX_HEAD) {
            throw new PackException("its front matter is longer than " + MAX_HEAD + " characters", null);
        }
        LoaderOptions limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(true);
        limits.setMaxAliasesForCollections(20);
        limits.setNestingDepthLimit(20);
        DumperOptions unused = new DumperOptions();
        try {
            Object read = new Yaml(new SafeConstructor(limits), new Representer(unused), unused, limits, new Texts())
                    .load(head);
            if (read == null) {
                return Map.of();
            }
            if (!(read instanceof Map<?, ?> map)) {
                throw new PackException("its front matter is no list of fields", null);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                if (value != null) {
                    fields.put(String.valueOf(key).toLowerCase(Locale.ROOT), value);
                }
            });
            return fields;
        } catch (YAMLException | StackOverflowError e) {
            String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new PackException("its front matter is no YAML (" + what + ")", e);
        }
    }

    /** Lines of {@code name = value}, with a text, a list of texts, or a bare word as the value. Tables are passed over. */
    private static Map<String, Object> toml(String head) throws PackException {
        Map<String, Object> fields = new LinkedHashMap<>();
        boolean inTable = false;
        for (String line : head.split("\\R")) {
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            if (line.strip().startsWith("[")) {
                inTable = true;
                continue;
            }
            Matcher pair = TOML_LINE.matcher(line);
            if (!pair.matches()) {
                throw new PackException("its front matter has a line that is not read: " + line.strip(), null);
            }
            if (!inTable) {
                fields.put(pair.group(1).toLowerCase(Locale.ROOT), tomlValue(pair.group(2)));
            }
        }
        return fields;
    }

    private static Object tomlValue(String written) {
        List<String> texts =
                TOML_TEXT.matcher(written).results().map(FrontMatter::tomlText).toList();
        return written.startsWith("[") || texts.isEmpty() ? texts : texts.get(0);
    }

    private static String tomlText(MatchResult found) {
        if (found.group(1) != null) {
            return TOML_ESCAPE
                    .matcher(found.group(1))
                    .replaceAll(escape -> Matcher.quoteReplacement(unescaped(escape)));
        }
        return found.group(2) != null ? found.group(2) : found.group(3).strip();
    }

    private static String unescaped(MatchResult escape) {
        if (escape.group(1) != null) {
            return String.valueOf((char) Integer.parseInt(escape.group(1), 16));
        }
        return switch (escape.group(2)) {
            case "n" -> "\n";
            case "t" -> "\t";
            case "r" -> "\r";
            default -> escape.group(2);
        };
    }

    /** Fields as YAML between two lines of {@code ---}. */
    static String write(Map<String, Object> fields) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
        options.setAllowUnicode(true);
        options.setSplitLines(false);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        return "---\n" + new Yaml(new Texts.Written(options), options).dump(fields) + "---\n";
    }

    /** The text of a field; null when it is not there or is no text. */
    @Nullable
    String text(String name) {
        return fields.get(name) instanceof String text ? text : null;
    }

    /** The first of some fields that is a text with something in it. */
    Optional<String> first(String... names) {
        for (String name : names) {
            String text = text(name);
            if (text != null && !text.isBlank()) {
                return Optional.of(text.strip());
            }
        }
        return Optional.empty();
    }

    /** The texts of a list; none when there is no such field. */
    List<String> texts(String name) {
        Object value = fields.get(name);
        if (value instanceof List<?> list) {
            return list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return List.of();
    }

    boolean isTrue(String name) {
        return "true".equalsIgnoreCase(text(name));
    }
}
