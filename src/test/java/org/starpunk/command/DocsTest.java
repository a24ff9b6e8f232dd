package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.starpunk.SqliteOnly;
import org.starpunk.archive.DurableFiles;
import org.starpunk.journey.TestSite;
import picocli.CommandLine;

/** The commands on the documentation pages work. */
@SqliteOnly("the pages are about a site in a file")
class DocsTest {

    private static final Pattern SHELL = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern CALL = Pattern.compile(
            "^(?:\\./mvnw [\\w -]+ && )?((?:[A-Z_]+=\\S+ )*)(?:java -jar target/starpunk\\.jar|bin/starpunk)(.*)$");
    private static final List<String> LANGUAGES = List.of(
            "sh",
            "sh example",
            "text",
            "yaml",
            "json",
            "nginx",
            "haproxy",
            "caddy",
            "css",
            "html",
            "http",
            "promql",
            "ini",
            "sql",
            "java",
            "mermaid");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `starpunk ([^`]+)` \\| (.+) \\|$");

    @TempDir
    Path folder;

    /** The commands of a page, one per line, in the order of the page. */
    private record DocumentedCommands(Path file, List<String> lines) {

        boolean isOf(String command) {
            return lines.stream().anyMatch(line -> line.contains("starpunk.jar " + command));
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    @Test
    void every_block_of_the_pages_says_what_it_is() throws IOException {
        List<String> bare = new ArrayList<>();
        for (Path page : files()) {
            boolean inside = false;
            for (String line : Files.readAllLines(page)) {
                if (line.strip().startsWith("```")) {
                    inside = !inside;
                    if (inside && !LANGUAGES.contains(line.strip().substring(3))) {
                        bare.add(page + ": " + line);
                    }
                }
            }
        }
        assertThat(bare)
                .as("a block is sh (and then a test runs it), sh example (for another system), or %s", LANGUAGES)
                .isEmpty();
    }

    @Test
    void every_command_of_the_pages_is_understood() throws IOException {
        int calls = 0;
        for (DocumentedCommands page : pages()) {
            for (String line : page.lines()) {
                Matcher call = CALL.matcher(line);
                if (call.matches()) {
                    String[] words = call.group(2).strip().split(" +");
                    StarPunkCommandLine.commandLine().parseArgs(words);
                    calls++;
                }
            }
        }
        assertThat(calls).isGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void the_commands_of_a_page_do_what_it_says(DocumentedCommands page) throws Exception {
        // The build runs this test, and ServeTest covers serve.
        List<String> lines = page.lines().stream()
                .filter(line -> !line.startsWith("./mvnw") && !line.contains(" serve"))
                .toList();
        if (lines.isEmpty()) {
            return;
        }
        prepare();
        boolean owned = !page.isOf("setup-link");
        Map<String, String> environment = new HashMap<>(Map.of("STARPUNK_BACKUP_ENABLED", "false"));
        if (owned) {
            copy(OWNED.get(), folder.resolve("data"));
        }
        try (RunningProgram server = RunningProgram.serve(folder, environment)) {
            environment.put("STARPUNK_LISTEN", "127.0.0.1:" + server.uri().getPort());
            for (String line : lines) {
                if (line.contains(" restore ") && !line.contains("--data-dir")) {
                    server.terminate();
                    assertThat(server.exitCode()).isEqualTo(143);
                }
                run(line.replace("127.0.0.1:8080", "127.0.0.1:" + server.uri().getPort()), environment);
            }
        }
    }

    private void run(String line, Map<String, String> environment) throws Exception {
        Path output = folder.resolve("output.txt");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().keySet().removeIf(name -> name.startsWith("METRICS_") || name.startsWith("STARPUNK_"));
        shell.environment().putAll(environment);
        shell.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = shell.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(line).isTrue();
        String said = Program.text(output);
        if (line.contains("starpunk.jar doctor")) {
            // The public address of a test site does not resolve, so only the findings on the data are checked.
            assertThat(said)
                    .as(line)
                    .contains("sound", "in step with the notes")
                    .doesNotContain("\tat ");
        } else {
            assertThat(process.exitValue()).as(line + "\n" + said).isZero();
        }
    }

    /** Creates what a reader has: the program, a configuration, an old blog to import. */
    private void prepare() throws IOException {
        Files.createDirectories(folder.resolve("conf"));
        Files.copy(Path.of("conf/starpunk.yaml"), folder.resolve("conf/starpunk.yaml"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String program = "exec " + java + " -XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=1 '"
                + String.join("' '", Program.MAIN) + "' \"$@\"\n";
        Path bin = Files.createDirectories(folder.resolve("bin"));
        script(bin.resolve("java"), "#!/bin/sh\nshift 2\n" + program);
        script(bin.resolve("starpunk"), "#!/bin/sh\n" + program);
        Files.createDirectories(folder.resolve("old-blog"));
        Files.writeString(folder.resolve("old-blog/2019-03-04-hello.md"), "---\ntitle: Hello\n---\nFrom before.\n");
        Files.writeString(
                folder.resolve("old-blog.xml"),
                "<rss version='2.0'><channel><item><title>One</title><description>of old</description>"
                        + "<link>https://old.example/one</link></item></channel></rss>");
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Data of a site with an owner and a note, created once. */
    private static final Supplier<Path> OWNED = new Supplier<>() {

        private final Map<String, Path> made = new ConcurrentHashMap<>();

        @Override
        public Path get() {
            return made.computeIfAbsent("owned", unused -> make());
        }

        private Path make() {
            try (TestSite site = TestSite.start().setUp()) {
                site.publish("A note of before", "docs");
                Path kept = Files.createTempDirectory("starpunk-docs");
                int port = site.uri().getPort();
                site.stop();
                copy(site.dataDir(), kept);
                site.startAgain(port);
                return kept;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    };

    @AfterAll
    static void forget() throws IOException {
        DurableFiles.deleteAll(OWNED.get());
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : DurableFiles.filesBelow(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    @Test
    void the_page_of_commands_says_what_the_program_says() throws IOException {
        String page = Files.readString(Path.of("docs/reference/commands.md"));
        Map<String, String> told = new HashMap<>();
        Matcher rows = ROW.matcher(page);
        while (rows.find()) {
            told.put(rows.group(1), rows.group(2));
        }
        assertThat(told.remove("serve --demo")).isNotNull();
        Map<String, String> known = new HashMap<>();
        describe("", StarPunkCommandLine.commandLine(), known);
        assertThat(told).isEqualTo(known);
    }

    private static void describe(String prefix, CommandLine command, Map<String, String> known) {
        command.getSubcommands().forEach((name, sub) -> {
            if (sub.getSubcommands().isEmpty()) {
                known.put(
                        prefix + name,
                        String.join(" ", sub.getCommandSpec().usageMessage().description()));
            }
            describe(prefix + name + " ", sub, known);
        });
    }

    /** Returns the pages with shell blocks. */
    static List<DocumentedCommands> pages() throws IOException {
        List<DocumentedCommands> pages = new ArrayList<>();
        for (Path file : files()) {
            List<String> lines = SHELL.matcher(Files.readString(file))
                    .results()
                    .flatMap(block -> block.group(1).lines())
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (!lines.isEmpty()) {
                pages.add(new DocumentedCommands(file, lines));
            }
        }
        return pages;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(docs, Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")))
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
