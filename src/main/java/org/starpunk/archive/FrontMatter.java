package org.starpunk.archive;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A text with a head of fields: YAML between lines of {@code ---}, as Jekyll, Hugo and this program write it, TOML between lines of
 * {@code +++}, as Hugo and Zola do, an object of JSON, or bare lines.
 *
 * @param fields the fields by their names in lower case; each value is a text, a list or a map of such: nothing is taken for a
 *     number or a date
 * @param body what follows, from the first character after the closing line on
 */
record FrontMatter(Map<String, Object> fields, String body) {

    private static final int MAX_HEAD = 200_000;
    private static final Pattern YAML_HEAD = Pattern.compile(
            "\\A---[ \\t]*(?:#[^\\n]*)?\\r?\\n(.*?)(?:\\A|(?<=\\n))(?:---|\\.\\.\\.)[ \\t]*(?:\\r?\\n|\\z)",
            Pattern.DOTALL);
    private static final Pattern TOML_HEAD =
            Pattern.compile("\\A\\+\\+\\+[ \\t]*\\r?\\n(.*?)(?<=\\n)\\+\\+\\+[ \\t]*(?:\\r?\\n|\\z)", Pattern.DOTALL);

    /** The beginning of a head that is not closed, or closed in another way. */
    private static final Pattern OPEN_HEAD = Pattern.compile("\\A(?:---+|\\+\\+\\++)[^\\n"
            + "]*\\n"
            + "(?:\\s*(?:#[^\\n"
            + "]*)?\\n"
            + ")*+\\s*[\"']?[\\w.-]{1,60}[\"']?[ \\t]*[:=][^\\n"
            + "]*");

    private static final Pattern JSON_HEAD = Pattern.compile("\\A\\{\\s*(?:\"|})");

    /** Lines of fields without a fence, as Pelican and MultiMarkdown have them. */
    private static final Pattern BARE_HEAD = Pattern.compile(
            "\\A(?:(?:title|date|status|slug|tags|category|author|authors|modified|summary|draft|published|visibility"
                    + "|private|lang|template):[^\\n]*(?:\\n[ \\t]+\\S[^\\n]*)*(?:\\n|\\z)){2,}",
            Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TomlMapper TOML = new TomlMapper();

    /** Every scalar is the text that stands there. */
    private static final class StringScalarModule extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }

        /** Writes a text with a control character or an unusual line break in double quotes: there each has its escape. */
        private static final class EscapingScalar extends Representer {

            private EscapingScalar(DumperOptions options) {
                super(options);
                representers.put(String.class, text -> {
                    boolean odd = ((String) text).codePoints().anyMatch(EscapingScalar::isOdd);
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
     * @throws ArchiveException when it has one that cannot be read
     */
    static Optional<FrontMatter> read(String text) throws ArchiveException {
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

    /**
     * Reads a text of any program: also a head in JSON (Hugo), one of bare lines (Pelican), or one behind blank lines.
     *
     * @return empty when it has no head
     * @throws ArchiveException when it has one that cannot be read, or that does not end
     */
    static Optional<FrontMatter> readAny(String written) throws ArchiveException {
        String text = written.replaceFirst("\\A\\s++", "");
        Optional<FrontMatter> read = read(text);
        if (read.isPresent()) {
            return read;
        }
        if (OPEN_HEAD.matcher(text).find()) {
            throw new ArchiveException("its front matter has no end", null);
        }
        if (JSON_HEAD.matcher(text).find()) {
            return Optional.of(json(text));
        }
        Matcher bare = BARE_HEAD.matcher(text);
        return bare.find()
                ? Optional.of(new FrontMatter(bare(bare.group()), text.substring(bare.end())))
                : Optional.empty();
    }

    private static FrontMatter json(String text) throws ArchiveException {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonNode head = JSON.readTree(parser);
            int end = (int) parser.currentLocation().getCharOffset();
            refuseLong(text.substring(0, end));
            return new FrontMatter(plainFields(head), text.substring(end));
        } catch (JacksonException e) {
            throw new ArchiveException("its front matter is not valid JSON (" + place(e, 0) + ")", e);
        } catch (IOException | StackOverflowError e) {
            throw new ArchiveException("its front matter is not valid JSON", e);
        }
    }

    private static Map<String, Object> bare(String head) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String line : head.replaceAll("\\r?\\n[ \\t]+", " ").split("\\r?\\n")) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return fields;
    }

    /** Line and problem, without the text around it. */
    private static String place(JacksonException e, int linesBefore) {
        String what = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        return e.getLocation() == null ? what : "line " + (e.getLocation().getLineNr() + linesBefore) + ": " + what;
    }

    /** The fields of a JSON object, with names in lower case and every value as text. */
    static Map<String, Object> plainFields(JsonNode object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                fields.put(field.getKey().toLowerCase(Locale.ROOT), plain(field.getValue()));
            }
        });
        return fields;
    }

    /** The fields of a configuration file in YAML, TOML or JSON, by its name. */
    static Map<String, Object> configuration(String path, String text) throws ArchiveException {
        if (path.endsWith(".toml")) {
            return toml(text);
        }
        return path.endsWith(".json") ? json(text).fields() : yaml(text);
    }

    private static Map<String, Object> yaml(String head) throws ArchiveException {
        refuseLong(head);
        LoaderOptions limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(true);
        limits.setMaxAliasesForCollections(20);
        limits.setNestingDepthLimit(20);
        DumperOptions unused = new DumperOptions();
        try {
            Object read = new Yaml(
                            new SafeConstructor(limits),
                            new Representer(unused),
                            unused,
                            limits,
                            new StringScalarModule())
                    .load(head);
            if (read == null) {
                return Map.of();
            }
            if (!(read instanceof Map<?, ?> map)) {
                throw new ArchiveException("its front matter is no list of fields", null);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            map.forEach((key, value) -> {
                if (value != null) {
                    fields.put(String.valueOf(key).toLowerCase(Locale.ROOT), value);
                }
            });
            return fields;
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw new ArchiveException(
                    "its front matter is no YAML ("
                            + (mark == null ? "" : "line " + (mark.getLine() + 2) + ": ")
                            + e.getProblem()
                            + ")",
                    e);
        } catch (YAMLException | StackOverflowError e) {
            String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ArchiveException("its front matter is no YAML (" + what + ")", e);
        }
    }

    private static Map<String, Object> toml(String head) throws ArchiveException {
        refuseLong(head);
        try {
            Map<String, Object> fields = plainFields(TOML.readTree(head));
            // Zola keeps tags and categories in a table of their own.
            if (fields.get("taxonomies") instanceof Map<?, ?> taxonomies) {
                taxonomies.forEach((name, terms) -> fields.putIfAbsent(String.valueOf(name), terms));
            }
            return fields;
        } catch (JacksonException e) {
            throw new ArchiveException("its front matter is not valid TOML (" + place(e, 1) + ")", e);
        } catch (StackOverflowError e) {
            String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ArchiveException("its front matter is not valid TOML (" + what + ")", e);
        }
    }

    /** Returns a text, a list or a map. A number, a date or a boolean is returned as its text. */
    private static Object plain(JsonNode node) {
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(plain(element)));
            return list;
        }
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        return node.asText();
    }

    private static void refuseLong(String head) throws ArchiveException {
        if (head.length() > MAX_HEAD) {
            throw new ArchiveException("its front matter is longer than " + MAX_HEAD + " characters", null);
        }
    }

    /** Fields as YAML between two lines of {@code ---}. */
    static String write(Map<String, Object> fields) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
        options.setAllowUnicode(true);
        options.setSplitLines(false);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        return "---\n" + new Yaml(new StringScalarModule.EscapingScalar(options), options).dump(fields) + "---\n";
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
}
