package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.Ports;
import org.starpunk.command.Program.ProgramResult;
import picocli.CommandLine;

/** Runs the program like a shell. */
class CommandLineTest {

    @TempDir
    Path folder;

    private Program program = new Program(Path.of(""));

    @BeforeEach
    void useFolder() {
        program = new Program(folder);
    }

    @Test
    void a_bare_call_prints_help_and_succeeds() throws Exception {
        ProgramResult ended = program.run();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("Usage: starpunk", "serve", "config", "Exit codes:", "78");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void a_typo_is_answered_by_what_was_meant_and_exit_code_2() throws Exception {
        ProgramResult ended = program.run("confg");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("starpunk: there is no 'confg'", "Did you mean config?");
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "sreve, Did you mean serve?",
        "start, Did you mean serve?",
        "run, Did you mean serve?",
        "up, Did you mean serve?",
        "bakcup, Did you mean backup?",
        "restroe, Did you mean restore?",
        "resture2, See: starpunk --help",
        "stop, Stop the site with Ctrl+C",
        "frobnicate, See: starpunk --help",
    })
    void an_unknown_command_is_answered_by_the_nearest_one_that_overwrites_nothing(String typo, String hint) {
        StringWriter err = new StringWriter();
        CommandLine line = StarPunkCommandLine.commandLine().setErr(new PrintWriter(err));
        assertThat(line.execute(typo)).isEqualTo(2);
        assertThat(err.toString()).contains("there is no '" + typo + "'", hint);
    }

    @Test
    void help_prints_the_help_of_all_commands_or_of_one() throws Exception {
        assertThat(program.run("help").out()).contains("Usage: starpunk", "Exit codes:");
        assertThat(program.run("help", "backup").out()).contains("Usage: starpunk backup");
    }

    @Test
    void an_unknown_flag_is_a_usage_error() throws Exception {
        ProgramResult ended = program.run("config", "show", "--jsn");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("--jsn", "Did you mean --json?");
    }

    @Test
    void version_says_which_program_this_is() throws Exception {
        assertThat(program.run("version").out()).matches("starpunk \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\n");
        JsonObject versions = new JsonObject(program.run("version", "--json").out());
        assertThat(versions.getString("java")).isEqualTo(Runtime.version().toString());
        assertThat(versions.getString("starpunk")).doesNotContain("$");
        assertThat(versions.getString("vertx")).startsWith("5.");
    }

    @Test
    void config_show_tells_each_value_and_where_it_was_set() throws Exception {
        Files.createDirectories(folder.resolve("conf"));
        Files.writeString(folder.resolve("conf/starpunk.yaml"), "metrics:\n  buffer-size: 77\n");
        ProgramResult ended =
                program.run(Map.of("STARPUNK_SETUP_TOKEN", "a-secret-of-enough-length"), "config", "show", "--json");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).doesNotContain("a-secret-of-enough-length");
        JsonArray rows = new JsonArray(ended.out());
        assertThat(rows).contains(row("METRICS_BUFFER_SIZE", "77", "conf/starpunk.yaml:2"));
        assertThat(rows).contains(row("STARPUNK_SETUP_TOKEN", "********", "environment variable STARPUNK_SETUP_TOKEN"));
        assertThat(rows).contains(row("STARPUNK_LISTEN", "127.0.0.1:8080", "default"));
    }

    @Test
    void config_check_refuses_a_plural_key_and_a_wrong_rate_in_one_report() throws Exception {
        ProgramResult ended =
                program.run(Map.of("METRICS_SAMPLING_RATES", "0.5", "METRICS_SAMPLING_RATE", "2"), "config", "check");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .contains("the configuration has 2 problems")
                .contains("Did you mean METRICS_SAMPLING_RATE?")
                .contains("METRICS_SAMPLING_RATE = 2", "a number from 0.0 to 1.0")
                .doesNotContain("\tat ");
    }

    @Test
    void config_check_accepts_the_shipped_file() throws Exception {
        Path shipped = Path.of("conf/starpunk.yaml").toAbsolutePath();
        ProgramResult ended = program.run("config", "check", "--config", shipped.toString());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).startsWith("The configuration is valid");
    }

    @Test
    void config_check_tells_a_script_every_problem_in_json() throws Exception {
        ProgramResult ill = program.run(
                Map.of("METRICS_SAMPLING_RATE", "2", "STARPUNK_LISTEN", "nowhere"), "config", "check", "--json");
        assertThat(ill.exitCode()).isEqualTo(78);
        JsonObject found = new JsonObject(ill.out());
        assertThat(found.getString("status")).isEqualTo("fail");
        assertThat(found.getJsonArray("problems"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(((JsonObject) row).fieldNames())
                        .containsExactlyInAnyOrder("key", "value", "source", "cure"));
        ProgramResult well = program.run(Map.of("METRICS_BUFFER_SIZE", "77"), "config", "check", "--json");
        assertThat(new JsonObject(well.out()))
                .isEqualTo(new JsonObject().put("status", "ok").put("set", 1).put("problems", new JsonArray()));
    }

    @Test
    void health_tells_a_script_in_json_that_nothing_answers() throws Exception {
        ProgramResult ended = program.run("health", "http://127.0.0.1:" + Ports.free(), "--json");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(new JsonObject(ended.out()).getString("status")).isEqualTo("unreachable");
        assertThat(ended.err()).contains("Fix: ");
    }

    @Test
    void health_of_a_site_that_is_not_there_says_so() throws Exception {
        ProgramResult ended = program.run("health", "http://127.0.0.1:" + Ports.free());
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("there is no response from http://127.0.0.1")
                .contains("Fix: ");
    }

    @Test
    void debug_adds_the_stack_trace() throws Exception {
        ProgramResult ended = program.run("health", "http://127.0.0.1:" + Ports.free(), "--debug");
        assertThat(ended.err()).contains("Fix: ").contains("\tat org.starpunk.command");
    }

    @Test
    void completion_is_a_shell_script_that_knows_the_commands() throws Exception {
        ProgramResult ended = program.run("completion");
        Path script = Files.writeString(folder.resolve("completion.sh"), ended.out());
        Process bash =
                new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
        assertThat(bash.waitFor()).isZero();
        assertThat(ended.out()).contains("complete -F", "config", "health");
    }

    private static JsonObject row(String key, String value, String source) {
        return new JsonObject().put("key", key).put("value", value).put("source", source);
    }
}
