package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Size of the dashboard's scripts and styles, and integrity of third-party files. */
class StaticFileSizeTest {

    private static final Path WEBROOT = Path.of("webroot");
    private static final int LIMIT = 40_960;
    private static final Pattern LINKED = Pattern.compile("\\{\\{asset \"([^\"]+\\.(?:js|css))\"}}");
    private static final Pattern IMPORTED = Pattern.compile("from '\\./([a-z]+\\.js)'");
    private static final Pattern VENDORED = Pattern.compile("\\| (\\S+) \\|.*\\| ([0-9a-f]{64}) \\|");

    @Test
    void all_scripts_and_styles_of_the_dashboard_are_at_most_40_kB_gzipped() throws IOException {
        String template = Files.readString(Path.of("src/main/resources/templates/admin/performance.hbs"));
        Set<String> files = new LinkedHashSet<>();
        Matcher linked = LINKED.matcher(template);
        while (linked.find()) {
            addWithImports(linked.group(1), files);
        }
        assertThat(files).contains("js/performance.js", "js/charts.js", "css/admin.css", "vendor/uplot/uplot.js");
        int sum = 0;
        for (String file : files) {
            sum += gzipped(Files.readAllBytes(WEBROOT.resolve(file)));
        }
        assertThat(sum).as("bytes of %s", files).isLessThanOrEqualTo(LIMIT);
    }

    private static void addWithImports(String file, Set<String> files) throws IOException {
        if (!files.add(file) || !file.startsWith("js/")) {
            return;
        }
        Matcher imported = IMPORTED.matcher(Files.readString(WEBROOT.resolve(file)));
        while (imported.find()) {
            addWithImports("js/" + imported.group(1), files);
        }
    }

    private static int gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.size();
    }

    @Test
    void each_vendored_file_is_listed_with_its_checksum() throws Exception {
        Matcher listed = VENDORED.matcher(Files.readString(WEBROOT.resolve("vendor/VENDOR.md")));
        Set<String> names = new LinkedHashSet<>();
        while (listed.find()) {
            names.add(listed.group(1));
            byte[] bytes = Files.readAllBytes(WEBROOT.resolve("vendor").resolve(listed.group(1)));
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(sum).as(listed.group(1)).isEqualTo(listed.group(2));
        }
        assertThat(names).containsExactlyInAnyOrderElementsOf(vendored());
    }

    private static List<String> vendored() throws IOException {
        Path vendor = WEBROOT.resolve("vendor");
        try (var files = Files.walk(vendor)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> vendor.relativize(file).toString())
                    .filter(name -> !name.equals("VENDOR.md"))
                    .toList();
        }
    }

    @Test
    void no_template_styles_or_scripts_inline() throws IOException {
        try (var templates = Files.walk(Path.of("src/main/resources/templates"))) {
            for (Path template : templates.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(template), StandardCharsets.UTF_8);
                assertThat(text).as(template.toString()).doesNotContainPattern("\\s(style|on[a-z]+)=\"");
                assertThat(text).as(template.toString()).doesNotContainPattern("<style|<script>");
            }
        }
    }
}
