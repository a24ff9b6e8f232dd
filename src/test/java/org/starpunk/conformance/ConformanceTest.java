package org.starpunk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/** Runs every row of {@code src/test/resources/conformance/} against a started server, and writes the report. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private static final List<String> FILES = List.of("micropub", "extensions", "indieauth", "micropub.rocks");

    private final ConformanceReport report = new ConformanceReport();
    private final Map<String, String> known = new HashMap<>();
    private TestSite site;

    @BeforeAll
    void start() {
        site = TestSite.start(Map.of()).setUp();
        known.put("base", site.uri().toString());
        known.put("host", site.uri().getAuthority());
        String verifier = SecretTokens.create();
        known.put("verifier", verifier);
        known.put("challenge", Pkce.challenge(verifier));
        known.put("token_all", token("create update delete undelete media", null));
        for (String scope : List.of("create", "update", "delete", "undelete", "media", "profile")) {
            known.put("token_" + scope, token(scope, null));
        }
        known.put("token_shouted", token("CREATE creates", null));
        known.put("token_empty", token("", null));
        known.put("token_expired", token("create", Instant.now().minusSeconds(1)));
        known.put("token_unknown", SecretTokens.create());
        String revoked = token("create", null);
        TestSite.await(site.deployment().tokens().revokeByHash(SecretTokens.hash(revoked)));
        known.put("token_revoked", revoked);
    }

    private String token(String scopes, @Nullable Instant expires) {
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret),
                        "https://client.example/",
                        Scopes.parse(scopes),
                        Instant.now().minusSeconds(60),
                        expires,
                        null)));
        return secret;
    }

    @AfterAll
    void stop() {
        NamedTests.all().forEach((id, test) -> report.addElsewhere("tests of their own", id, test.words()));
        report.write(Path.of("target", "conformance.html"));
        site.close();
    }

    @TestFactory
    Stream<DynamicContainer> rows() {
        return FILES.stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file,
                        ConformanceRow.read(file).stream()
                                .map(row -> DynamicTest.dynamicTest(row.toString(), () -> run(file, row)))));
    }

    /**
     * A row that another test covers is named in {@code tests.yaml}.
     */
    @Test
    void every_row_of_the_table_has_a_case_or_a_test() {
        Set<String> shown = new HashSet<>(NamedTests.all().keySet());
        FILES.forEach(file -> ConformanceRow.read(file).forEach(row -> shown.add(row.id())));
        Map<String, Integer> rows = Map.of("MP", 36, "MX", 10, "IA", 22, "MF", 6, "CO", 3, "UR", 2);
        rows.forEach((group, last) -> assertThat(shown)
                .containsAll(IntStream.rangeClosed(1, last)
                        .mapToObj(row -> group + row)
                        .toList()));
    }

    @TestFactory
    Stream<DynamicTest> named_tests_exist() {
        return NamedTests.all().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.getKey() + " " + row.getValue().words(),
                        () -> row.getValue().mustExist()));
    }

    private void run(String file, ConformanceRow row) {
        ConformanceClient client = new ConformanceClient(site, known);
        try {
            row.steps().forEach(client::run);
            report.add(file, row.id(), row.rule(), "");
        } catch (AssertionError | RuntimeException e) {
            report.add(file, row.id(), row.rule(), String.valueOf(e.getMessage()));
            throw e;
        }
    }
}
