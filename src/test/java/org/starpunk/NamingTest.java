package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Class names are unique, differ from those of the JDK and of Vert.x, and are nouns. Comments and pages avoid words of the old style. */
class NamingTest {

    private static final Pattern DECLARATION =
            Pattern.compile("(?m)^ *(?:(?:public|protected|private|static|final|abstract|sealed|non-sealed|strictfp) )*"
                    + "(?:class|record|interface|enum|@interface) ([A-Z]\\w*)");

    private static final List<String> JDK_PACKAGES =
            List.of("java.base/java/lang", "java.base/java/util", "java.base/java/time", "java.sql/java/sql");

    /** Plurals that are the usual name of one thing. */
    private static final Set<String> PLURALS =
            Set.of("Annotations", "Cookies", "Migrations", "Preconditions", "Scopes", "Settings", "Templates");

    /** Former names of classes. Each stood for a term of the field, such as connection, handler or repository. */
    private static final Set<String> METAPHORS = Set.of(
            "Answers",
            "Course",
            "Desk",
            "FrontDoor",
            "Gate",
            "Lane",
            "Lanes",
            "Plain",
            "Shelf",
            "Tier",
            "Together",
            "Turn",
            "Watchers");

    private static final Pattern OLD_WORDS = Pattern.compile(
            "\\b(?:anew|beside|by hand|forgets|from where on|good for|hears|in vain|is told|are told|meanwhile|parted|the gate|whoever)\\b");

    @Test
    void no_two_classes_have_one_simple_name() {
        Map<String, List<String>> places = new TreeMap<>();
        sources("src/main/java", "src/test/java", "src/jmh/java")
                .forEach(file -> TidyTest.matches(DECLARATION, withoutTextBlocks(file))
                        .forEach(match -> places.computeIfAbsent(match.group(1), name -> new ArrayList<>())
                                .add(file.toString())));
        places.values().removeIf(files -> files.size() == 1);
        assertThat(places).isEmpty();
    }

    @Test
    void no_class_has_the_name_of_a_class_of_the_jdk_or_of_vertx() throws Exception {
        Set<String> taken = new TreeSet<>();
        FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
        for (String folder : JDK_PACKAGES) {
            taken.addAll(classesIn(jdk.getPath("/modules/" + folder)));
        }
        try (FileSystem vertx = FileSystems.newFileSystem(jarOf(Vertx.class))) {
            taken.addAll(classesIn(vertx.getPath("/io/vertx/core")));
        }
        assertThat(taken).contains("String", "List", "Clock", "Connection", "Future");
        taken.retainAll(names("src/main/java", "src/test/java", "src/jmh/java"));
        assertThat(taken).isEmpty();
    }

    @Test
    void no_class_is_named_by_a_participle_or_a_bare_plural_or_a_metaphor() {
        assertThat(fileNames("src/main/java"))
                .noneMatch(name -> name.matches("(?:.*[a-z])?[A-Z][a-z]*ed") && !name.matches(".*(?:Feed|Seed)"))
                .noneMatch(name -> name.matches("[A-Z][a-z]*ing"))
                .noneMatch(name -> name.matches("[A-Z][a-z]*[a-rt-z]s") && !PLURALS.contains(name))
                .noneMatch(METAPHORS::contains);
    }

    @Test
    void comments_and_pages_use_plain_words() {
        List<String> found = new ArrayList<>();
        sources("src/main/java", "src/test/java", "src/jmh/java")
                .filter(file -> !file.endsWith("NamingTest.java"))
                .forEach(file -> TidyTest.text(file)
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("*") || line.startsWith("/*") || line.startsWith("//"))
                        .filter(line -> OLD_WORDS.matcher(line).find())
                        .forEach(line -> found.add(file + ": " + line)));
        TidyTest.pages()
                .forEach(page -> TidyTest.text(page)
                        .lines()
                        .filter(line -> OLD_WORDS.matcher(line).find())
                        .forEach(line -> found.add(page + ": " + line)));
        assertThat(found).isEmpty();
    }

    private static Set<String> names(String... folders) {
        Set<String> names = new TreeSet<>();
        sources(folders)
                .forEach(file -> TidyTest.matches(DECLARATION, withoutTextBlocks(file))
                        .forEach(match -> names.add(match.group(1))));
        return names;
    }

    private static List<String> fileNames(String folder) {
        return sources(folder)
                .map(file -> file.toFile().getName().replace(".java", ""))
                .toList();
    }

    private static String withoutTextBlocks(Path file) {
        return TidyTest.text(file).replaceAll("(?s)\"\"\".*?\"\"\"", "\"\"");
    }

    /** Sources, except for the examples that break the architecture rules on purpose. */
    private static Stream<Path> sources(String... folders) {
        return Stream.of(folders).map(Path::of).filter(Files::isDirectory).flatMap(NamingTest::sourcesIn);
    }

    private static Stream<Path> sourcesIn(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all
                    .filter(file -> file.toString().endsWith(".java")
                            && !file.toString().contains("badhouse"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> classesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            all.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[A-Z]\\w*\\.class"))
                    .forEach(name -> names.add(name.replace(".class", "")));
            return names;
        }
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
