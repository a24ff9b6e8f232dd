package org.starpunk.command;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.starpunk.Deployment;
import org.starpunk.config.Settings;
import org.starpunk.log.StackTraceLoggingWarmup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code starpunk serve}. */
@Command(
        name = "serve",
        description = "Run the site and its monitor until it is stopped (Ctrl+C or SIGTERM).",
        footer = {"", "A new site prints a setup link for its owner."})
final class ServeCommand implements Callable<Integer> {

    /** Time for closing the store and the monitor, in addition to the time for running requests. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    @Mixin
    @Nullable
    ConfigurationOptions options;

    @Option(
            names = "--demo",
            description = "Start a temporary site with sample notes and traffic. It is deleted at the end.")
    boolean demo;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ConfigurationOptions given = Objects.requireNonNull(options);
        Settings settings = given.settings();
        ListenAddress.checkFree(settings);
        Path demoDir = null;
        if (demo) {
            demoDir = DemoSite.directory(given);
            settings = given.settings();
        }

        Future<Deployment> starting = Deployment.start(settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(stopper(starting, settings, demoDir, stopped));
        announce(BlockingFutures.await(starting));
        if (!stopped.await(1, TimeUnit.SECONDS)) {
            StackTraceLoggingWarmup.prepare();
        }
        stopped.await();
        return ExitCode.OK;
    }

    private void announce(Deployment deployment) {
        DemoSite site = demo ? DemoSite.fill(deployment) : null;
        // The log would mask the secrets in these lines.
        if (site != null) {
            System.err.println(site.login());
        } else {
            SetupLinkOffer.offerSetup(deployment).ifPresent(System.err::println);
        }
        RunningServerFile.write(
                deployment.settings().dataDir(), ListenAddress.url(deployment.settings(), deployment.port()));
        StartupSummary.print(StartupSummary.of(deployment));
        if (site != null) {
            site.startTraffic();
        }
    }

    private static Thread stopper(
            Future<Deployment> starting, Settings settings, @Nullable Path demoDir, CountDownLatch stopped) {
        return new Thread(() -> stop(starting, settings, demoDir, stopped), "stop");
    }

    private static void stop(
            Future<Deployment> starting, Settings settings, @Nullable Path demoDir, CountDownLatch stopped) {
        long began = System.nanoTime();
        boolean serving = starting.succeeded();
        if (serving) {
            StartupSummary.print("stopping: completing the running requests");
        }
        boolean inTime = BlockingFutures.ended(starting, CLOSING)
                && (starting.failed()
                        || BlockingFutures.ended(
                                starting.result().stop(),
                                settings.shutdownDelay()
                                        .plus(settings.shutdownTimeout())
                                        .plus(CLOSING)));
        RunningServerFile.remove(settings.dataDir());
        if (demoDir != null) {
            DemoSite.delete(demoDir);
        }
        if (!inTime) {
            LoggerFactory.getLogger(ServeCommand.class).error("the stop takes too long: aborting");
            Runtime.getRuntime().halt(ExitCode.FAILURE);
        }
        if (serving) {
            StartupSummary.print(String.format(Locale.ROOT, "stopped in %.1f s", (System.nanoTime() - began) / 1e9));
        }
        stopped.countDown();
    }
}
