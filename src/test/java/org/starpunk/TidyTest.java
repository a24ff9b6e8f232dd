package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.starpunk.config.SettingKey;
import org.starpunk.config.SettingKeys;

/** Consistency of the repository: keys, files and pages match; no file is too long, unused or unfinished. */
class TidyTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEMPLATES = Path.of("src/main/resources/templates");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?org\\.starpunk\\.((?:[a-z]+\\.)*)[A-Z]");
    private static final Pattern NEEDS = Pattern.compile("Machine\\.needs\\(\"([^\"]+)\", \"([^\"]+)\"\\)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern INDEX_LINE = Pattern.compile("(?m)^- \\[.+]\\([^)]+\\)");
    private static final Pattern PARTIAL = Pattern.compile("\\{\\{#?> *([\\w/-]+)");

    @Test
    void the_shipped_file_has_every_key_with_its_reason_and_its_default() throws IOException {
        String file = Files.readString(Path.of("conf/starpunk.yaml"));
        StringBuilder expected = new StringBuilder();
        String section = "";
        for (SettingKey<?> key : SettingKeys.all()) {
            String[] path = key.path().split("\\.");
            if (!path[0].equals(section)) {
                expected.append(expected.isEmpty() ? "" : "\n").append(path[0]).append(":\n");
                section = path[0];
            }
            expected.append("  # ").append(key.description()).append('\n');
            String value = key.defaultText() == null ? "" : " " + key.defaultText();
            expected.append("  ").append(path[1]).append(':').append(value).append('\n');
        }
        assertThat(file).endsWith("\n" + expected);
    }

    @Test
    void a_test_is_left_out_only_through_Machine_and_ci_installs_what_it_needs() throws IOException {
        String ci = Files.readString(Path.of(".ci/run"));
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(source);
                if (!source.endsWith("Machine.java") && !source.endsWith("TidyTest.java")) {
                    assertThat(text).as(source + ": call Machine").doesNotContain("api.Assumptions");
                }
                Matcher needed = NEEDS.matcher(text);
                while (needed.find()) {
                    assertThat(ci).as(source + " needs it").contains("need " + needed.group(1) + " " + needed.group(2));
                }
            }
        }
    }

    @Test
    void the_configuration_page_has_every_key() throws IOException {
        String page = Files.readString(Path.of("docs/reference/configuration.md"));
        String rows = SettingKeys.all().stream().map(TidyTest::row).collect(Collectors.joining("\n"));
        assertThat(page).contains("|---|---|---|---|\n" + rows + "\n\n");
    }

    private static String row(SettingKey<?> key) {
        String byDefault = key.defaultText() == null ? "–" : "`" + key.defaultText() + "`";
        String allowed = key.allowed() + (key.secret() ? "; or `" + key.name() + "_FILE`" : "");
        return "| `" + key.name() + "` | " + byDefault + " | " + allowed + " | " + key.description() + " |";
    }

    @Test
    void no_source_file_is_too_long() {
        assertThat(files("src/main", ".java").filter(file -> text(file).lines().count() > 500))
                .isEmpty();
        assertThat(files("src/test", ".java").filter(file -> text(file).lines().count() > 600))
                .isEmpty();
    }

    @Test
    void nothing_is_left_to_do_in_the_sources() {
        Pattern leftOver = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|HA" + "CK)\\b");
        assertThat(tracked().filter(file -> leftOver.matcher(text(file)).find()))
                .isEmpty();
    }

    @Test
    void imports_keep_the_walls_too() {
        // javac copies constants into the class file that uses them, so the class files alone do not show every import.
        List<String> wrong = new ArrayList<>();
        files(MAIN.toString(), ".java").forEach(file -> {
            String own = packageOf(MAIN.resolve("org/starpunk").relativize(file));
            matches(IMPORT, text(file))
                    .map(match ->
                            match.group(1).isEmpty() ? "ROOT" : match.group(1).replaceFirst("\\.$", ""))
                    .filter(other -> !AllowedDependencies.mayKnow(own, other))
                    .forEach(other -> wrong.add(file + " imports " + other));
        });
        assertThat(wrong).isEmpty();
    }

    private static String packageOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? "ROOT" : folder.toString().replace('/', '.');
    }

    @Test
    void every_template_is_used() {
        String code = files(MAIN.toString(), ".java").map(TidyTest::text).collect(Collectors.joining());
        List<String> partials = files(TEMPLATES.toString(), ".hbs")
                .flatMap(file -> matches(PARTIAL, text(file)).map(match -> match.group(1)))
                .toList();
        assertThat(files(TEMPLATES.toString(), ".hbs")
                        .map(file -> TEMPLATES.relativize(file).toString().replace(".hbs", ""))
                        .filter(name -> !partials.contains(name) && !code.contains('"' + name + '"')))
                .isEmpty();
    }

    @Test
    void files_of_others_are_as_they_were_taken() throws Exception {
        String table = Files.readString(Path.of("webroot/vendor/VENDOR.md"));
        List<String> listed = new ArrayList<>();
        for (MatchResult row : matches(Pattern.compile("(?m)^\\| ([\\w./-]+) \\|.*\\| ([0-9a-f]{64}) \\|$"), table)
                .toList()) {
            byte[] file = Files.readAllBytes(Path.of("webroot/vendor").resolve(row.group(1)));
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file));
            assertThat(sha256).as(row.group(1)).isEqualTo(row.group(2));
            listed.add("webroot/vendor/" + row.group(1));
        }
        assertThat(files("webroot/vendor", "").map(Path::toString).filter(name -> !name.endsWith("VENDOR.md")))
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void links_between_the_pages_lead_somewhere() {
        List<String> dead = new ArrayList<>();
        pages().forEach(page -> matches(LINK, text(page))
                .map(match -> match.group(1))
                .filter(target -> !target.contains(":"))
                .filter(target -> !Files.exists(page.resolveSibling(target)))
                .forEach(target -> dead.add(page + " → " + target)));
        assertThat(dead).isEmpty();
    }

    @Test
    void the_index_of_each_folder_of_the_docs_lists_its_pages_in_order() {
        List<Path> pages = files("docs", ".md")
                .filter(page -> !page.endsWith("README.md") && !page.endsWith("index.md"))
                .toList();
        Map<Path, List<String>> lines = pages.stream()
                .collect(Collectors.groupingBy(
                        page -> page.resolveSibling("README.md"),
                        TreeMap::new,
                        Collectors.mapping(TidyTest::indexLine, Collectors.toList())));
        assertThat(lines).hasSizeGreaterThan(4);
        lines.forEach(
                (index, expected) -> assertThat(matches(INDEX_LINE, text(index)).map(MatchResult::group))
                        .as("%s has one line for each page: its heading, linked", index)
                        .isEqualTo(expected));
        assertThat(matches(LINK, text(Path.of("docs/index.md"))).map(match -> match.group(1)))
                .containsAll(lines.keySet().stream()
                        .map(index -> Path.of("docs").relativize(index).toString())
                        .filter(index -> !index.startsWith("tutorial"))
                        .toList());
    }

    private static String indexLine(Path page) {
        String heading = text(page).lines().findFirst().orElseThrow().replaceFirst("^# ", "");
        return "- [" + heading + "](" + page.getFileName() + ")";
    }

    @Test
    void decisions_have_numbers_of_their_own_and_five_sections() {
        List<Path> pages = files("docs/decisions", ".md")
                .filter(page -> !page.endsWith("README.md"))
                .toList();
        assertThat(pages.stream().map(TidyTest::numberOfDecision)).doesNotHaveDuplicates();
        assertThat(pages)
                .allSatisfy(page -> assertThat(text(page))
                        .startsWith("# " + numberOfDecision(page) + ". ")
                        .containsSubsequence(
                                "\n## Status\n",
                                "\n## Context\n",
                                "\n## Decision\n",
                                "\n## Consequences\n",
                                "\n## Alternatives considered\n"));
    }

    private static int numberOfDecision(Path page) {
        return Integer.parseInt(page.toFile().getName().substring(0, 4));
    }

    @Test
    void the_readme_holds_the_two_commands() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("./mvnw -q package -DskipTests && java -jar target/starpunk.jar serve")
                .contains("./mvnw verify");
    }

    static Stream<Path> pages() {
        return Stream.concat(
                files("docs", ".md"),
                Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bench/RESULTS.md")
                        .map(Path::of));
    }

    private static Stream<Path> tracked() {
        return Stream.of("src", "conf", "docs", "webroot/css", "webroot/js")
                .filter(folder -> Files.isDirectory(Path.of(folder)))
                .flatMap(folder -> files(folder, ""))
                .filter(file -> file.toString().matches(".*\\.(java|hbs|sql|md|xml|yaml|css|js|service)"));
    }

    private static Stream<Path> files(String folder, String ending) {
        try (Stream<Path> all = Files.walk(Path.of(folder))) {
            return all
                    .filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<MatchResult> matches(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(file + " is no text in UTF-8", e);
        }
    }
}
