package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contents of the Debian package (profile deb of pom.xml), the unit and the image. Building the package itself is
 * outside the test.
 */
class PackagingTest {

    private static final Pattern FILE = Pattern.compile("(?s)<src>([^<]+)</src>\\s*<dst>([^<]+)</dst>(.*?)</data>");

    @TempDir
    Path folder;

    /** Returns the files of the package: source by target. */
    private static Map<String, String> files() throws IOException {
        Map<String, String> files = new HashMap<>();
        Matcher file = FILE.matcher(Files.readString(Path.of("pom.xml")));
        while (file.find()) {
            files.put(file.group(2), file.group(1));
        }
        return files;
    }

    @Test
    void the_package_holds_program_unit_settings_man_page_and_licence() throws IOException {
        Map<String, String> files = files();
        assertThat(files)
                .containsKeys(
                        "/usr/share/starpunk/starpunk.jar",
                        "/usr/bin/starpunk",
                        "/lib/systemd/system/starpunk.service",
                        "/etc/starpunk/starpunk.yaml",
                        "/usr/share/man/man1/starpunk.1",
                        "/usr/share/doc/starpunk/copyright",
                        "/usr/share/doc/starpunk/bom.json");
        for (String source : files.values()) {
            if (source.startsWith("${project.basedir}/")) {
                assertThat(Path.of(source.substring("${project.basedir}/".length())))
                        .exists();
            }
        }
    }

    private static final Pattern DOCUMENTATION = Pattern.compile(
            "(?:file://)?/usr/share/doc/starpunk/([A-Za-z0-9./_-]*[A-Za-z0-9])|(?<![\\w/])(docs/[A-Za-z0-9./_-]+[.]md)");

    /** Returns the source of a documentation file below {@code /usr/share/doc/starpunk}. */
    private static Path documentation(String path) throws IOException {
        if (path.startsWith("docs/")) {
            assertThat(Files.readString(Path.of("pom.xml")))
                    .contains("<prefix>/usr/share/doc/starpunk/docs</prefix>", "<src>${project.basedir}/docs</src>");
            return Path.of(path);
        }
        String source = files().get("/usr/share/doc/starpunk/" + path);
        assertThat(source).as(path).isNotNull();
        return Path.of(source.replace("${project.basedir}/", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conf/starpunk.service",
                "conf/starpunk.yaml",
                "src/deb/starpunk.yaml",
                "bin/starpunk",
                "bin/starpunk-cds",
                "README.md",
                "src/main/java/org/starpunk/command/ProxyCheck.java",
                "src/main/java/org/starpunk/store/WriteQueue.java"
            })
    void the_package_holds_the_documentation_that_its_files_name(String file) throws IOException {
        Matcher named = DOCUMENTATION.matcher(Files.readString(Path.of(file)));
        while (named.find()) {
            String path = named.group(1) == null ? named.group(2) : named.group(1);
            assertThat(documentation(path)).as(file + " names " + path).exists();
        }
    }

    @Test
    void what_a_person_edits_is_a_conffile_and_nothing_else() throws IOException {
        Matcher file = FILE.matcher(Files.readString(Path.of("pom.xml")));
        List<String> conffiles = new ArrayList<>();
        while (file.find()) {
            if (file.group(3).contains("<conffile>true</conffile>")) {
                conffiles.add(file.group(2));
            }
        }
        assertThat(conffiles).containsExactly("/etc/starpunk/starpunk.yaml");
    }

    @Test
    void the_packages_settings_are_good() throws Exception {
        String file = Path.of("src/deb/starpunk.yaml").toAbsolutePath().toString();
        Program.ProgramResult check = new Program(folder).run("config", "check", "--config", file);
        assertThat(check.exitCode()).as(check.err()).isZero();
        Program.ProgramResult show = new Program(folder).run("config", "show", "--config", file);
        assertThat(show.out()).contains("/var/lib/starpunk");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "src/deb/control/postinst",
                "src/deb/control/prerm",
                "src/deb/control/postrm",
                "bin/starpunk",
                "bin/starpunk-cds"
            })
    void a_script_is_one_that_the_shell_understands(String script) throws Exception {
        Process shell = new ProcessBuilder("sh", "-n", script).inheritIO().start();
        assertThat(shell.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
        assertThat(Files.isExecutable(Path.of(script))).isTrue();
    }

    @Test
    void the_unit_starts_the_launcher_as_its_own_user_and_waits_for_a_stop() throws IOException {
        String unit = Files.readString(Path.of("conf/starpunk.service"));
        assertThat(unit).contains("ExecStart=/usr/bin/starpunk serve\n", "User=starpunk\n", "UMask=0077\n");
        assertThat(unit).contains("SuccessExitStatus=143\n", "RestartPreventExitStatus=2 65 78\n");
        assertThat(unit).doesNotContain("\nMemoryDenyWriteExecute");
        Matcher wait = Pattern.compile("TimeoutStopSec=(\\d+)").matcher(unit);
        assertThat(wait.find()).isTrue();
        assertThat(Integer.parseInt(wait.group(1)))
                .as("10 s for requests, 5 s to close")
                .isGreaterThan(15);
        assertThat(Files.readString(Path.of("bin/starpunk"))).contains("exec \"$java\"", "-XX:+ExitOnOutOfMemoryError");
    }

    /** Without Docker, checks that each file that the image copies exists, and is where the launcher expects it. */
    @Test
    void every_file_of_the_image_is_there_where_the_launcher_looks_and_the_context_lets_it_through()
            throws IOException {
        String ignored = Files.readString(Path.of(".dockerignore"));
        Matcher copy = Pattern.compile("(?m)^COPY (.+) (\\S+)$").matcher(Files.readString(Path.of("Dockerfile")));
        List<String> copied = new ArrayList<>();
        while (copy.find()) {
            copied.addAll(List.of(copy.group(1).split(" ")));
        }
        assertThat(copied).containsExactly("target/starpunk.jar", "bin/starpunk", "bin/starpunk-cds");
        for (String file : copied) {
            assertThat(ignored.lines()).contains("!" + file);
            assertThat(file.startsWith("target/") || Files.isExecutable(Path.of(file)))
                    .as(file)
                    .isTrue();
        }
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<finalName>starpunk</finalName>");
        for (String script : List.of("bin/starpunk", "bin/starpunk-cds")) {
            assertThat(Files.readString(Path.of(script))).contains(" /usr/share/starpunk/starpunk.jar; do");
        }
    }

    /** The launcher replaces itself by java ({@code exec}), so that java receives Docker's SIGTERM. */
    @Test
    void the_images_instructions_come_in_an_order_that_works() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("Dockerfile"));
        List<String> order = lines.stream()
                .filter(line -> line.matches("[A-Z]+ .*"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .distinct()
                .toList();
        // Only root may prepare classes and create users. A volume retains the owner that its folder had before.
        assertThat(order)
                .containsExactly(
                        "FROM",
                        "COPY",
                        "RUN",
                        "USER",
                        "WORKDIR",
                        "VOLUME",
                        "ENV",
                        "EXPOSE",
                        "HEALTHCHECK",
                        "ENTRYPOINT",
                        "CMD");
        assertThat(lines)
                .contains("CMD [\"serve\"]")
                .anyMatch(line -> line.startsWith("HEALTHCHECK") && line.endsWith("CMD [\"starpunk\", \"health\"]"))
                .anyMatch(line -> line.startsWith("ENV") && line.contains("STARPUNK_LISTEN=0.0.0.0:8080"))
                .contains("EXPOSE 8080");
    }

    @Test
    void the_image_runs_the_jar_as_nobody_special() throws IOException {
        String image = Files.readString(Path.of("Dockerfile"));
        assertThat(image)
                .contains("USER starpunk", "VOLUME /var/lib/starpunk", "HEALTHCHECK")
                // with the flags of the launcher
                .contains("COPY bin/starpunk ", "ENTRYPOINT [\"starpunk\"]")
                .contains("STARPUNK_DATA_DIR=/var/lib/starpunk", "/usr/share/starpunk/starpunk.jar");
    }
}
