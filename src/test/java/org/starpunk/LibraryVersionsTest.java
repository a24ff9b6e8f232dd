package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Oldest allowed version of each library that reads external input. Older ones have known vulnerabilities or defects.
 */
class LibraryVersionsTest {

    @ParameterizedTest
    @CsvSource({
        "netty-codec-http, 4.2.20.Final",
        "netty-codec-http2, 4.2.20.Final",
        "netty-handler, 4.2.20.Final",
        "netty-common, 4.2.20.Final",
        "vertx-core, 5.0.10",
        "vertx-web, 5.0.10",
        "jackson-core, 2.18.10",
        "jackson-databind, 2.18.10",
        "jackson-dataformat-cbor, 2.18.10",
        "jackson-dataformat-toml, 2.18.10",
        "hazelcast, 5.6.0",
        "logback-core, 1.5.38",
        "logback-classic, 1.5.38",
        "jsoup, 1.24.1",
        "commonmark, 0.32.0",
        "snakeyaml, 2.7",
        "handlebars, 4.5.8",
        "postgresql, 42.7.14",
        "sqlite-jdbc, 3.53.4.0",
        "webauthn4j-core, 0.28.2.RELEASE",
    })
    void no_library_is_older_than_its_fixes(String artifact, String oldest) {
        List<Version> found = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> new File(entry).getName())
                .filter(name -> name.matches(artifact + "-[0-9].*\\.jar") && !name.matches(".*-[a-z]+[^-]*\\.jar"))
                .map(name -> Version.parse(name.substring(artifact.length() + 1, name.length() - ".jar".length())))
                .toList();
        assertThat(found).as(artifact).isNotEmpty();
        assertThat(found).as(artifact).allMatch(version -> version.compareTo(Version.parse(oldest)) >= 0);
    }
}
