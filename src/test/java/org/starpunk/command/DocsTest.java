package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the pages tell people to type is what the program understands. */
class DocsTest {

    private static final Pattern SHELL = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern CALL = Pattern.compile(
            "^(?:\\./mvnw [\\w -]+ && )?((?:[A-Z_]+=\\S+ )*)(?:java -jar target/starpunk\\.jar|bin/starpunk)(.*)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `starpunk ([^`]+)` \\| (.+) \\|$");

    @TempDir
    Path folder;

    /** A line of a page that calls the program. */
    private record Call(Map<String, String> environment, List<String> arguments) {}

    @Test
    void every_command_of_the_pages_is_understood() throws IOException {
        List<Call> calls = calls();
        assertThat(calls).hasSizeGreaterThan(6);
        for (Call call : calls) {
            StarPunk.commandLine().parseArgs(call.arguments().toArray(String[]::new));
        }
    }

    @Test
    void every_other_line_of_a_shell_block_is_one_of_the_build() throws IOException {
        assertThat(lines().filter(line -> !CALL.matcher(line).matches()))
                .allMatch(line -> line.equals("./mvnw verify"));
    }

    @Test
    void commands_that_end_by_themselves_do_what_the_pages_say() throws Exception {
        List<Call> checks = calls().stream()
                .filter(call -> call.arguments().subList(0, 1).equals(List.of("config")))
                .toList();
        assertThat(checks).isNotEmpty();
        Files.createDirectories(folder.resolve("conf"));
        Files.copy(Path.of("conf/starpunk.yaml"), folder.resolve("conf/starpunk.yaml"));
        for (Call check : checks) {
            Program.Ended ended = new Program(folder)
                    .run(check.environment(), check.arguments().toArray(String[]::new));
            assertThat(ended.exitCode()).as(check + ended.err()).isZero();
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
        describe("", StarPunk.commandLine(), known);
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

    private static List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        lines().forEach(line -> {
            Matcher call = CALL.matcher(line);
            if (call.matches()) {
                Map<String, String> environment = new HashMap<>();
                Arrays.stream(call.group(1).strip().split(" "))
                        .filter(pair -> pair.contains("="))
                        .forEach(pair -> environment.put(pair.split("=")[0], pair.split("=")[1]));
                calls.add(new Call(environment, List.of(call.group(2).strip().split(" +"))));
            }
        });
        return calls;
    }

    /** The lines of all blocks of shell. */
    private static Stream<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
            List<Path> pages = Stream.concat(docs, Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")))
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList();
            for (Path page : pages) {
                Matcher blocks = SHELL.matcher(Files.readString(page));
                while (blocks.find()) {
                    lines.addAll(blocks.group(1)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList());
                }
            }
        }
        return lines.stream();
    }
}
