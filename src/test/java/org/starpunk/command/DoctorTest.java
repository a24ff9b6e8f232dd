package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.Machine;
import org.starpunk.Ports;
import org.starpunk.command.CheckResult.CheckStatus;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.config.Settings;
import org.starpunk.journey.Nginx;
import org.starpunk.journey.PemCertificate;
import org.starpunk.journey.TestSite;

/** The doctor finds problems of the proxy, the certificate, the disk and the clock. */
class DoctorTest {

    private static final String AS_DOCUMENTED = """
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        """;

    @TempDir
    Path folder;

    @Test
    void a_proxy_that_is_not_trusted_is_named_with_its_address() throws Exception {
        CheckResult found = behind(AS_DOCUMENTED, Map.of());
        assertThat(found.status()).isEqualTo(CheckStatus.WARNING);
        assertThat(found.text()).contains("a proxy in front of the site, at 127.0.0.1, is not trusted");
        assertThat(found.cure()).isEqualTo("set STARPUNK_TRUSTED_PROXIES=127.0.0.1");
    }

    @Test
    void a_proxy_that_is_as_documented_is_well() throws Exception {
        CheckResult found = behind(AS_DOCUMENTED, TRUSTED);
        assertThat(found.text()).contains("the site sees requests of 127.0.0.1, with http, for localhost:");
        assertThat(found.status()).isEqualTo(CheckStatus.OK);
    }

    @Test
    void a_proxy_that_passes_on_what_visitors_say_of_themselves_is_a_failure() throws Exception {
        CheckResult found = behind("proxy_set_header Host $http_host;", TRUSTED);
        assertThat(found.status()).isEqualTo(CheckStatus.FAIL);
        assertThat(found.text()).contains("passes X-Forwarded-For headers of visitors");
        assertThat(found.cure()).contains("X-Forwarded-For $remote_addr;");
    }

    @Test
    void a_proxy_that_does_not_say_who_asks_by_what_and_for_which_host_is_told_each_of_it() throws Exception {
        assertThat(behind("proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For \"\";", TRUSTED)
                        .text())
                .contains("does not send the visitor's address");
        String other = AS_DOCUMENTED.replace("$scheme", "https");
        assertThat(behind(other, TRUSTED).text())
                .contains("the site receives requests with the scheme https instead of http");
        String host = AS_DOCUMENTED.replace("$http_host", "inside.example");
        assertThat(behind(host, TRUSTED).text()).contains("the site receives requests for the host inside.example");
        String hidden = AS_DOCUMENTED + "proxy_hide_header X-Request-ID;";
        assertThat(behind(hidden, TRUSTED).text()).contains("the proxy removes the headers X-Request-ID");
    }

    private static final Map<String, String> TRUSTED = Map.of("STARPUNK_TRUSTED_PROXIES", "127.0.0.1");

    /** Returns the doctor's first finding on a proxy with these configuration lines. */
    private CheckResult behind(String lines, Map<String, String> environment) throws Exception {
        Machine.needs("nginx", "nginx-light");
        int port = Ports.free();
        TestSite site = TestSite.start(environment).setUp();
        Process nginx = new ProcessBuilder(Nginx.command(
                        folder,
                        "server { listen 127.0.0.1:" + port + ";\nlocation / { proxy_pass " + site.uri() + ";\n"
                                + "proxy_http_version 1.1;\n" + lines + "} }\n"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        try {
            await().atMost(Duration.ofMinutes(2)).until(() -> listens(port));
            List<CheckResult> found = WebCheck.run(Settings.of(Map.of(
                    "STARPUNK_LISTEN",
                    "127.0.0.1:" + site.uri().getPort(),
                    "STARPUNK_DATA_DIR",
                    site.dataDir().toString(),
                    "STARPUNK_BASE_URL",
                    "http://localhost:" + port)));
            assertThat(site.dataDir().resolve("doctor.key")).doesNotExist();
            return found.stream()
                    .filter(finding -> finding.what().equals("proxy"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(found.toString()));
        } finally {
            nginx.destroy();
            assertThat(nginx.waitFor()).isNotNegative();
            site.close();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void how_a_request_arrived_is_told_to_nobody_without_the_key_that_lies_in_the_data_directory() throws Exception {
        TestSite site = TestSite.start().setUp();
        String asked = "/health?arrival";
        assertThat(site.get(asked).statusCode()).isEqualTo(401);
        assertThat(site.get(asked, "Authorization", "Bearer " + "a".repeat(43)).statusCode())
                .isEqualTo(401);
        try (DoctorKey key = new DoctorKey(site.dataDir())) {
            assertThat(site.get(asked, "Authorization", "Bearer " + "a".repeat(43))
                            .statusCode())
                    .isEqualTo(401);
            JsonObject seen =
                    new JsonObject(site.get(asked, "Authorization", "Bearer " + key.secret(), "Forwarded", "for=x")
                            .body());
            assertThat(seen.getString("peer")).isEqualTo("127.0.0.1");
            assertThat(seen.getString("scheme")).isEqualTo("http");
            assertThat(seen.getJsonObject("headers").getString("Forwarded")).isEqualTo("for=x");
            site.forgetCookies();
            assertThat(site.get(asked, "Authorization", "Bearer " + key.secret())
                            .statusCode())
                    .isEqualTo(200);
        }
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "dns:localhost, -10d, 5, a certificate that is out of date",
        "dns:elsewhere.example, -1d, 30, a certificate for another name",
        "'dns:localhost,ip:127.0.0.1', -1d, 8, 'trusted, until '"
    })
    void a_certificate_that_is_out_of_date_or_for_another_name_is_found_and_health_is_well_all_the_same(
            String names, String start, int days, String found) throws Exception {
        PemCertificate pem = PemCertificate.create(folder, "localhost", names, start, days);
        int port = Ports.free();
        Map<String, String> environment = Map.of(
                "STARPUNK_LISTEN",
                "127.0.0.1:" + port,
                "STARPUNK_BASE_URL",
                "https://localhost:" + port,
                "STARPUNK_DATA_DIR",
                folder.resolve("data").toString(),
                "STARPUNK_TLS_CERTIFICATE",
                pem.certificate().toString(),
                "STARPUNK_TLS_KEY",
                pem.key().toString(),
                "JAVA_TOOL_OPTIONS",
                pem.trustedByJava(folder));
        try (RunningProgram site = RunningProgram.serve(folder, environment, "--listen", "127.0.0.1:" + port)) {
            ProgramResult doctor = new Program(folder).run(environment, "doctor");
            assertThat(doctor.out()).contains("the site is healthy at https://127.0.0.1:" + port, found);
            ProgramResult health = new Program(folder).run(environment, "health", "--json");
            assertThat(health.exitCode()).as(health.err()).isZero();
            assertThat(new JsonObject(health.out()))
                    .isEqualTo(new JsonObject()
                            .put("status", "up")
                            .put("url", "https://127.0.0.1:" + port + "/health")
                            .put("http_status", 200));
            if (!found.startsWith("trusted")) {
                assertThat(doctor.exitCode()).isEqualTo(1);
            }
            if (found.contains("another name")) {
                ProgramResult named = new Program(folder).run(environment, "health", "https://localhost:" + port);
                assertThat(named.exitCode()).isEqualTo(1);
                assertThat(named.err()).contains("is not trusted", "Fix: ");
            }
            if (found.startsWith("trusted")) {
                assertThat(doctor.out())
                        .contains("warning  certificate", "renew it")
                        .contains("ok       proxy          none");
            }
            assertThat(site.log()).doesNotContain("\tat ");
        }
    }

    @Test
    void a_certificate_that_a_client_refuses_is_told_with_its_reason() {
        assertThat(refused(new CertificateExpiredException("NotAfter: Mon")).text())
                .contains("out of date: NotAfter: Mon");
        assertThat(refused(new CertPathBuilderException("unable to find")).cure())
                .contains("fullchain.pem");
        assertThat(CertificateCheck.refused("https://example.org", new SSLException("Unsupported record"))
                        .text())
                .contains("the TLS handshake with https://example.org fails");
    }

    private static CheckResult refused(Exception why) {
        CheckResult found = CertificateCheck.refused("https://example.org", new SSLException("handshake", why));
        assertThat(found.status()).isEqualTo(CheckStatus.FAIL);
        return found;
    }

    @Test
    void only_an_address_of_this_machine_may_show_any_certificate() {
        assertThat(LocalServerClient.isOfThisMachine("127.0.0.1")).isTrue();
        assertThat(LocalServerClient.isOfThisMachine("127.9.9.9")).isTrue();
        assertThat(LocalServerClient.isOfThisMachine("[::1]")).isTrue();
        assertThat(LocalServerClient.isOfThisMachine("192.0.2.1")).isFalse();
        assertThat(LocalServerClient.isOfThisMachine("localhost")).as("a name").isFalse();
        assertThat(LocalServerClient.isOfThisMachine("")).isFalse();
    }

    @Test
    void a_disk_with_little_room_is_told_with_what_to_do() {
        long megabyte = 1 << 20;
        assertThat(MachineCheck.disk(0, 0).status()).isEqualTo(CheckStatus.FAIL);
        assertThat(MachineCheck.disk(100 * megabyte - 1, 0).status()).isEqualTo(CheckStatus.FAIL);
        assertThat(MachineCheck.disk(100 * megabyte, 0).status()).isEqualTo(CheckStatus.OK);
        assertThat(MachineCheck.disk(199 * megabyte, 100 * megabyte).status()).isEqualTo(CheckStatus.WARNING);
        assertThat(MachineCheck.disk(200 * megabyte, 100 * megabyte).status()).isEqualTo(CheckStatus.OK);
        CheckResult full = MachineCheck.disk(3 * megabyte, 5 * megabyte);
        assertThat(full.text()).isEqualTo("3 MB free, the site takes 5 MB");
        assertThat(full.cure()).contains("free some space");
    }

    @Test
    void a_clock_that_went_back_is_seen_by_the_time_of_the_database() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path database = Files.createFile(data.resolve("starpunk.db"));
        assertThat(MachineCheck.clock(database).status()).isEqualTo(CheckStatus.OK);
        Path unused =
                Files.setLastModifiedTime(database, FileTime.from(Instant.now().plus(Duration.ofHours(2))));
        ProgramResult doctor = new Program(folder)
                .run("doctor", "--data-dir", data.toString(), "--listen", "127.0.0.1:" + Ports.free());
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out()).contains("fail     clock", "written in the future", "Fix: set the clock");
    }

    @Test
    void a_site_started_as_the_readme_says_on_another_port_is_found_well() throws Exception {
        Path data = folder.resolve("data");
        Program program = Program.on(data, folder);
        try (RunningProgram site = RunningProgram.serve(program, folder, Map.of())) {
            site.claim(site.setupLink());
            ProgramResult doctor = program.ok("doctor");
            assertThat(doctor.out())
                    .contains("ok       port           the site is healthy at " + site.uri(), "No problems.")
                    .doesNotContain("warning", "browser test");
            assertThat(program.ok("health").out()).contains(site.uri().toString());
            site.terminate();
            assertThat(site.exitCode()).as("ended by SIGTERM").isEqualTo(143);
        }
        assertThat(data.resolve("server.json")).doesNotExist();
    }

    @Test
    void the_file_of_a_killed_server_leads_to_no_site() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        Path file = data.resolve("server.json");
        Path unused = Files.writeString(file, "{\"pid\":" + ended.pid() + ",\"url\":\"http://127.0.0.1:1\"}");
        assertThat(RunningServerFile.of(data)).as("an ended process").isEmpty();
        unused = Files.writeString(
                file, "{\"pid\":" + ProcessHandle.current().pid() + ",\"url\":\"http://127.0.0.1:1\"}");
        assertThat(RunningServerFile.of(data)).as("a process that runs").isPresent();
        unused = Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        assertThat(RunningServerFile.of(data))
                .as("a younger process of the same number")
                .isEmpty();
        for (String broken : List.of("", "{", "[]", "{\"pid\":\"x\"}", "{\"pid\":-1}")) {
            unused = Files.writeString(file, broken);
            assertThat(RunningServerFile.of(data)).as(broken).isEmpty();
        }
    }
}
