package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The diagram of the architecture page matches the program. */
class ArchitecturePageTest {

    private static final Pattern ADDRESS =
            Pattern.compile("static final String \\w+ =\\s*\"(starpunk\\.(?:store|telemetry|monitor|node)[a-z.]*)\"");
    private static final Pattern TOLD = Pattern.compile("`(starpunk\\.(?:store|telemetry|monitor|node)[a-z.]*)`");

    private static final Pattern PARTICIPANT = Pattern.compile("(?m)^ +participant (\\w+)$");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][a-z]+[A-Z]\\w*)[.`]");

    /** Classes of Vert.x that the page names. */
    private static final Set<String> OF_VERTX = Set.of("ContextLocal");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void every_bus_address_is_on_the_page_and_no_other() throws IOException {
        Set<String> addresses = new TreeSet<>();
        for (Path file : sources()) {
            addresses.addAll(found(ADDRESS, Files.readString(file)));
        }
        assertThat(addresses).hasSizeGreaterThan(8);
        String page = Files.readString(Path.of("docs/explanation/architecture.md"));
        assertThat(found(TOLD, page)).isEqualTo(addresses);
        String diagram = page.substring(page.indexOf("```text"), page.indexOf("```\n"));
        for (String address : addresses) {
            String name = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
            String last = name.substring(name.lastIndexOf('.'));
            assertThat(diagram.contains(name) || diagram.contains(last) || address.endsWith("clear"))
                    .as(address)
                    .isTrue();
        }
    }

    @Test
    void every_verticle_is_in_the_diagram() throws IOException {
        String page = Files.readString(Path.of("docs/explanation/architecture.md"));
        assertThat(sources())
                .filteredOn(file -> file.toString().endsWith("Verticle.java"))
                .hasSizeGreaterThan(3)
                .allSatisfy(file ->
                        assertThat(page).contains(file.getFileName().toString().replace(".java", "")));
    }

    @Test
    void every_class_on_the_page_exists() throws IOException {
        Set<String> classes = new TreeSet<>(OF_VERTX);
        for (Path file : sources()) {
            classes.add(file.getFileName().toString().replace(".java", ""));
        }
        String page = Files.readString(Path.of("docs/explanation/architecture.md"));
        assertThat(found(PARTICIPANT, page)).hasSizeGreaterThan(15).isSubsetOf(classes);
        assertThat(found(NAMED, page)).hasSizeGreaterThan(15).isSubsetOf(classes);
    }
}
