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
 * Metadata at the start of a text: YAML between lines of {@code ---} (Jekyll, Hugo, StarPunk), TOML between lines of
 * {@code +++} (Hugo, Zola), a JSON object, or lines of fields without delimiters.
 *
 * @param fields fields by their names in lower case. Each value is a text, a list or a map; numbers and dates are texts
 * @param body text after the metadata
 */
record FrontMatter(Map<String, Object> fields, String body) {

    private static final int MAX_HEAD = 200_000;
    private static final Pattern YAML_HEAD = Pattern.compile(
            "\\A---[ \\t]*(?:#[^\\n]*)?\\r?\\n(.*?)(?:\\A|(?<=\\n))(?:---|\\.\\.\\.)[ \\t]*(?:\\r?\\n|\\z)",
            Pattern.DOTALL);
    private static final Pattern TOML_HEAD =
            Pattern.compile("\\A\\+\\+\\+[ \\t]*\\r?\\n(.*?)(?<=\\n)\\+\\+\\+[ \\t]*(?:\\r?\\n|\\z)", Pattern.DOTALL);

    /** Start of front matter without an end, or with an invalid end. */
    private static final Pattern OPEN_HEAD = Pattern.compile("\\A(?:---+|\\+\\+\\++)[^\\n"
            + "]*\\n"
            + "(?:\\s*(?:#[^\\n"
            + "]*)?\\n"
            + ")*+\\s*[\"']?[\\w.-]{1,60}[\"']?[ \\t]*[:=][^\\n"
            + "]*");

    private static final Pattern JSON_HEAD = Pattern.compile("\\A\\{\\s*(?:\"|})");

    /** Fields without delimiters, as in Pelican and MultiMarkdown. */
    private static final Pattern BARE_HEAD = Pattern.compile(
            "\\A(?:(?:title|date|status|slug|tags|category|author|authors|modified|summary|draft|published|visibility"
                    + "|private|lang|template):[^\\n]*(?:\\n[ \\t]+\\S[^\\n]*)*(?:\\n|\\z)){2,}",
            Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TomlMapper TOML = new TomlMapper();

    /** Resolves every scalar as a text. */
    private static final class StringScalarModule extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }

        /**
         * Writes a text with control characters or unusual line breaks in double quotes, because only these permit
         * escapes.
         */
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
     * Parses a text with YAML or TOML front matter.
     *
     * @return empty without front matter
     * @throws ArchiveException if the front matter is invalid
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
     * Parses a text of any program: also front matter in JSON (Hugo), without delimiters (Pelican), or after blank
     * lines.
     *
     * @return empty without front matter
     * @throws ArchiveException if the front matter is invalid or has no end
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

    /** Returns the line and the problem, without the surrounding text. */
    private static String place(JacksonException e, int linesBefore) {
        String what = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        return e.getLocation() == null ? what : "line " + (e.getLocation().getLineNr() + linesBefore) + ": " + what;
    }

    /** Returns the fields of a JSON object, with names in lower case and values as texts. */
    static Map<String, Object> plainFields(JsonNode object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                fields.put(field.getKey().toLowerCase(Locale.ROOT), plain(field.getValue()));
            }
        });
        return fields;
    }

    /** Returns the fields of a configuration file in YAML, TOML or JSON. The file name determines the format. */
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
                throw new ArchiveException("its front matter is not a list of fields", null);
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
                    "its front matter is not valid YAML ("
                            + (mark == null ? "" : "line " + (mark.getLine() + 2) + ": ")
                            + e.getProblem()
                            + ")",
                    e);
        } catch (YAMLException | StackOverflowError e) {
            String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new ArchiveException("its front matter is not valid YAML (" + what + ")", e);
        }
    }

    private static Map<String, Object> toml(String head) throws ArchiveException {
        refuseLong(head);
        try {
            Map<String, Object> fields = plainFields(TOML.readTree(head));
            // Zola stores tags and categories in a separate table.
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

    /** Returns the fields as YAML between two lines of {@code ---}. */
    static String write(Map<String, Object> fields) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
        options.setAllowUnicode(true);
        options.setSplitLines(false);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        return "---\n" + new Yaml(new StringScalarModule.EscapingScalar(options), options).dump(fields) + "---\n";
    }

    /** Returns the text of a field; null if it is missing or not a text. */
    @Nullable
    String text(String name) {
        return fields.get(name) instanceof String text ? text : null;
    }

    /** Returns the first non-blank text among some fields. */
    Optional<String> first(String... names) {
        for (String name : names) {
            String text = text(name);
            if (text != null && !text.isBlank()) {
                return Optional.of(text.strip());
            }
        }
        return Optional.empty();
    }

    /** Returns the texts of a list field; none if it is missing. */
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
