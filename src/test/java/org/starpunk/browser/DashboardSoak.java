package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Keeps the dashboard open on a server under load for the number of minutes in {@code -Dsoak.minutes=30}. Each minute
 * it reads the heaps of tab and server after a garbage collection. Prints a line per minute, and writes them to {@code
 * target/soak.csv}. Not part of the build: {@code ./mvnw test -Dtest=DashboardSoak -Dsoak.minutes=30}.
 */
@BrowserTest
@EnabledIfSystemProperty(named = "soak.minutes", matches = "[1-9][0-9]*")
class DashboardSoak {

    private static final Path RESULT = Path.of("target", "soak.csv");
    private static final Pattern USED = Pattern.compile("(?:def new|tenured) generation .* used (\\d+)K");
    private static final long REQUEST_MILLIS = 50;

    /** Values of a minute: bytes, except the numbers of nodes and listeners. */
    private record HeapReading(double tab, double nodes, double listeners, double heap, double rss) {
        String line(int minute) {
            return String.format(
                    Locale.ROOT,
                    "%d,%.2f,%.0f,%.0f,%.1f,%.1f",
                    minute,
                    tab / 1e6,
                    nodes,
                    listeners,
                    heap / 1e6,
                    rss / 1e6);
        }
    }

    @Test
    void neither_the_tab_nor_the_server_grows_while_the_page_is_open(BrowserProcess browser) throws Exception {
        try (DemoServer server = DemoServer.start();
                Page page = browser.open(server.uri())) {
            server.read(REQUEST_MILLIS);
            server.logIn(page);
            page.navigate("/admin/performance");
            page.locator("#state[data-state=live]").waitFor();
            watch(page, server.pid(), Integer.getInteger("soak.minutes"));
        }
    }

    private static void watch(Page page, long server, int minutes) throws Exception {
        CDPSession tab = page.context().newCDPSession(page);
        tab.send("Performance.enable");
        List<String> lines = new ArrayList<>(List.of("minute,tab_mb,nodes,listeners,heap_mb,rss_mb"));
        List<HeapReading> readings = new ArrayList<>();
        for (int minute = 1; minute <= minutes; minute++) {
            page.waitForTimeout(60_000);
            HeapReading reading = read(tab, server);
            readings.add(reading);
            lines.add(reading.line(minute));
            System.out.println(reading.line(minute));
            Files.createDirectories(RESULT.getParent());
            Files.write(RESULT, lines);
        }
        assertThat(page.locator("#state[data-state=live]").isVisible()).isTrue();
        grown(readings, "the tab's heap", HeapReading::tab, 1e6);
        grown(readings, "the tab's nodes", HeapReading::nodes, 500);
        grown(readings, "the tab's listeners", HeapReading::listeners, 20);
        grown(readings, "the server's heap", HeapReading::heap, 3e6);
    }

    private static HeapReading read(CDPSession tab, long server) throws IOException, InterruptedException {
        tab.send("HeapProfiler.collectGarbage");
        JsonObject metrics = tab.send("Performance.getMetrics");
        var unused = jcmd(server, "GC.run");
        double heap = USED.matcher(jcmd(server, "GC.heap_info"))
                .results()
                .mapToDouble(used -> Double.parseDouble(used.group(1)) * 1024)
                .sum();
        double rss = Files.readAllLines(Path.of("/proc/" + server + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
                .sum();
        return new HeapReading(
                metric(metrics, "JSHeapUsedSize"),
                metric(metrics, "Nodes"),
                metric(metrics, "JSEventListeners"),
                heap,
                rss);
    }

    static double metric(JsonObject metrics, String name) {
        for (var metric : metrics.getAsJsonArray("metrics")) {
            if (metric.getAsJsonObject().get("name").getAsString().equals(name)) {
                return metric.getAsJsonObject().get("value").getAsDouble();
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static String jcmd(long process, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }

    /** Compares the last third with the second third. The first third is the warm-up. */
    private static void grown(
            List<HeapReading> readings, String what, ToDoubleFunction<HeapReading> of, double allowed) {
        int third = readings.size() / 3;
        double before = median(
                readings.subList(third, 2 * third).stream().mapToDouble(of).boxed());
        double after = median(readings.subList(2 * third, readings.size()).stream()
                .mapToDouble(of)
                .boxed());
        System.out.printf(Locale.ROOT, "%s: %.0f, then %.0f%n", what, before, after);
        assertThat(after).as(what + " was " + before + " in the middle").isLessThan(before + allowed);
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
