package org.starpunk.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;
import org.starpunk.Deployment;
import org.starpunk.config.MetricsSettings;
import org.starpunk.log.LogSetup;

/**
 * Last log line of the start:
 * {@code ready in 0.6 s  http://127.0.0.1:8080  notes=412  db=data/starpunk.db (3.1 MB)  metrics=on 100 %}.
 */
final class StartupSummary {

    private StartupSummary() {}

    static String of(Deployment deployment) {
        return String.join(
                "  ",
                "ready in " + sinceStart(),
                deployment.uri().toString(),
                "notes=" + BlockingFutures.await(deployment.notes().count()),
                "db=" + deployment.database().summary(),
                "metrics=" + metrics(deployment.settings().metrics()));
    }

    /** Prints the line as text, or through the logger if log lines are JSON. */
    static void print(String line) {
        if ("json".equals(System.getProperty(LogSetup.FORMAT))) {
            LoggerFactory.getLogger("org.starpunk").info(line);
        } else {
            System.err.println(line);
        }
    }

    private static String sinceStart() {
        Instant now = Instant.now();
        Duration time =
                Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    static String metrics(MetricsSettings metrics) {
        if (!metrics.enabled()) {
            return "off";
        }
        Map<String, Double> rates = metrics.samplingRates();
        if (rates.values().stream().distinct().count() == 1) {
            return "on " + percent(rates.values().iterator().next());
        }
        return rates.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(rate -> rate.getKey() + " " + percent(rate.getValue()))
                .collect(Collectors.joining(", ", "on ", ""));
    }

    private static String percent(double rate) {
        String number = String.format(Locale.ROOT, "%.1f", rate * 100);
        return number.replace(".0", "") + " %";
    }
}
