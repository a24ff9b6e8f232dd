package org.starpunk.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.starpunk.journey.SiteClient;

/** A tab, and the problems that it reported: console messages, script errors, requests to other origins. */
public final class BrowserTab implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** Script that scrolls through the whole page, so that all of it is rendered. */
    private static final String WHOLE = """
            () => {
              const all = new CSSStyleSheet();
              all.replaceSync("* { content-visibility: visible !important; }");
              document.adoptedStyleSheets = [all];
              return Promise.all([...document.images].map(image => {
                image.loading = "eager";
                return image.complete || new Promise(done => { image.onload = image.onerror = done; });
              }));
            }
            """;

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    BrowserTab(BrowserContext context, SiteClient site) {
        this.context = context;
        context.addCookies(cookies(site));
        page = context.newPage();
        page.onConsoleMessage(this::complainOf);
        page.setDefaultTimeout(BrowserProcess.PATIENCE_MILLIS);
        page.onPageError(error -> complaints.add("error: " + error));
        page.onRequest(request -> complain(request.url(), site.uri()));
    }

    /**
     * Adds a script's console message, or a browser's error or warning. Other browser messages are ignored: they do not
     * indicate a fault of the page.
     */
    private void complainOf(ConsoleMessage message) {
        boolean byScript = !message.args().isEmpty();
        boolean bad = message.type().equals("error") || message.type().equals("warning");
        if ((byScript || bad) && !message.text().startsWith("[Intervention]")) {
            complaints.add("console: " + message.text());
        }
    }

    private void complain(String url, URI origin) {
        if (!url.startsWith(origin + "/") && !url.startsWith("data:") && !url.startsWith("blob:")) {
            complaints.add("request to another origin: " + url);
        }
    }

    private static List<Cookie> cookies(SiteClient site) {
        try {
            return site.client().cookieHandler().orElseThrow().get(site.uri(), Map.of()).values().stream()
                    .flatMap(List::stream)
                    .flatMap(header -> Pattern.compile("; *").splitAsStream(header))
                    .map(pair -> pair.split("=", 2))
                    .map(pair -> new Cookie(pair[0], pair[1]).setUrl(site.uri().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Page page() {
        return page;
    }

    public BrowserTab go(String path) {
        page.navigate(path);
        return this;
    }

    /** Returns the problems reported so far; empty if there are none. */
    public List<String> complaints() {
        return complaints;
    }

    /** Returns a button by its full name. */
    public Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Returns a form field by its full label. */
    public Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    /** Returns a section of the page by its heading. */
    public Locator region(String heading) {
        return page.getByRole(
                AriaRole.REGION, new Page.GetByRoleOptions().setName(heading).setExact(true));
    }

    /** Returns the rule violations that axe finds in the current page, one line per rule. */
    public List<String> axe() {
        page.evaluate(WHOLE);
        return new AxeBuilder(page)
                        .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"))
                        .analyze()
                        .getViolations()
                        .stream()
                        .map(BrowserTab::line)
                        .toList();
    }

    /** Returns violations of the rules that depend on colour scheme and width: contrast and target size. */
    public List<String> axeOfLooks() {
        page.evaluate(WHOLE);
        return new AxeBuilder(page)
                .withRules(List.of("color-contrast", "target-size")).analyze().getViolations().stream()
                        .map(BrowserTab::line)
                        .toList();
    }

    private static String line(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream().map(node -> node.getHtml()).toList();
    }

    /**
     * Returns elements that extend beyond the window on the right, or that their own box clips. Only content of a box
     * with its own scroll bar may be wider.
     */
    public List<String> tooWide() {
        Object found = page.evaluate("""
                () => {
                  const edge = document.documentElement.clientWidth, found = [];
                  const scrolls = (e) => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
                  const inScroller = (e) => {
                    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return true;
                    return false;
                  };
                  const name = (e) => `${e.localName}#${e.id}.${e.getAttribute('class')} "${e.textContent.trim().slice(0, 40)}"`;
                  if (document.documentElement.scrollWidth > edge) found.push(`the page: ${document.documentElement.scrollWidth} px`);
                  for (const e of document.body.querySelectorAll('*')) {
                    const box = e.getBoundingClientRect();
                    if (box.width <= 1 || getComputedStyle(e).visibility === 'hidden') continue;
                    if (box.right > edge + 0.5 && !inScroller(e)) found.push(`${name(e)} ends at ${box.right}`);
                    const cut = ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1;
                    if (cut && e.localName !== 'input') found.push(`${name(e)} is cut: ${e.scrollWidth} in ${e.clientWidth}`);
                  }
                  return found;
                }""");
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }

    /** Saves a screenshot of the whole page under {@code target/screenshots}. */
    public BrowserTab screenshot(String name) {
        page.evaluate(WHOLE);
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
        return this;
    }

    @Override
    public void close() {
        context.close();
    }
}
