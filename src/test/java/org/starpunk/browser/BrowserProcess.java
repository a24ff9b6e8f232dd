package org.starpunk.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.starpunk.journey.SiteClient;

/** Debian's Chromium, controlled by Playwright with the machine's own Node.js, so that nothing is downloaded. */
public final class BrowserProcess implements AutoCloseable {

    private static final String NODE = "PLAYWRIGHT_NODEJS_PATH";
    static final double PATIENCE_MILLIS = 120_000;
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    BrowserProcess() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        environment.put(NODE, node());
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setTimeout(PATIENCE_MILLIS)
                        .setArgs(ARGUMENTS));
    }

    /** Returns the missing programs and how to install them; empty if browser tests can run. */
    static String missing() {
        if (!Files.isExecutable(CHROMIUM)) {
            return "there is no browser: apt-get install --no-install-recommends chromium";
        }
        return node().isEmpty() ? "there is no Node.js: apt-get install nodejs, or set " + NODE : "";
    }

    private static String node() {
        String given = System.getenv(NODE);
        if (given != null && !given.isEmpty()) {
            return given;
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    /** Opens a tab of a visitor, with a wide window and light colours. */
    public BrowserTab open(SiteClient site) {
        return open(site, 1280, ColorScheme.LIGHT, true);
    }

    /**
     * Opens a tab with the cookies of the site's client, so that both have the same session.
     *
     * @param width width of the window, CSS pixels
     * @param script whether JavaScript is enabled
     */
    public BrowserTab open(SiteClient site, int width, ColorScheme scheme, boolean script) {
        return new BrowserTab(
                browser.newContext(new Browser.NewContextOptions()
                        .setBaseURL(site.uri().toString())
                        .setViewportSize(width, 900)
                        .setColorScheme(scheme)
                        .setLocale("en-GB")
                        .setTimezoneId("UTC")
                        .setJavaScriptEnabled(script)),
                site);
    }

    /** Opens a page of another server without a session, with a wide window. The caller closes it. */
    public Page open(URI site) {
        return browser.newPage(
                new Browser.NewPageOptions().setBaseURL(site.toString()).setViewportSize(1280, 900));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
