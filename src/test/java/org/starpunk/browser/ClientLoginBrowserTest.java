package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/**
 * A person, an app on another origin, and the site: the whole flow from the app's page through login and consent and
 * back.
 */
@BrowserTest
class ClientLoginBrowserTest {

    private TestSite site;
    private ClientApp app;

    @BeforeEach
    void start() throws IOException {
        site = TestSite.start().setUp();
        app = new ClientApp(URI.create(site.uri() + "/"));
    }

    @AfterEach
    void stop() {
        app.close();
        site.close();
    }

    private static Locator named(BrowserTab tab, AriaRole role, String name) {
        return tab.page()
                .getByRole(role, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Checks that the browser blocked nothing and requested only pages of the two sites. */
    private static void assertNothingRefused(BrowserTab tab) {
        assertThat(tab.complaints())
                .noneMatch(complaint -> complaint.startsWith("console:") || complaint.startsWith("error:"));
    }

    @Test
    void a_person_logs_in_to_an_app_unticks_a_scope_and_the_app_posts(BrowserProcess browser) {
        site.forgetCookies();
        try (BrowserTab tab = browser.open(site)) {
            tab.page().navigate(app.url());
            named(tab, AriaRole.LINK, "Log in with your site").click();
            tab.page().getByLabel("Password").fill(TestSite.PASSWORD);
            named(tab, AriaRole.BUTTON, "Log in").click();
            assertThat(tab.page().getByText("You would be")).containsText(site.uri() + "/");
            assertThat(tab.page().locator("form code").first()).hasText(app.url());
            assertThat(tab.axe()).isEmpty();
            tab.screenshot("consent");
            tab.page().getByLabel(Pattern.compile("Delete notes")).uncheck();
            tab.page().getByLabel("For how long").selectOption("30");
            named(tab, AriaRole.BUTTON, "Allow").click();
            assertThat(tab.page().getByText("You are")).containsText(site.uri() + "/ and allowed: create");
            assertNothingRefused(tab);
            named(tab, AriaRole.LINK, "Your note").click();
            assertThat(tab.page().locator(".e-content")).hasText("Sent by an app");
            tab.go("/admin/tokens");
            Locator row = tab.page().getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(app.url()));
            assertThat(row).containsText("create");
            assertThat(row).not().containsText("delete");
            row.getByRole(AriaRole.BUTTON).click();
            assertThat(tab.page().getByText("No app has a token")).isVisible();
        }
    }

    @Test
    void a_person_who_denies_comes_back_to_the_app_on_a_phone_too(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site, 360, ColorScheme.DARK, false)) {
            tab.page().navigate(app.url());
            named(tab, AriaRole.LINK, "Log in with your site").click();
            tab.screenshot("consent-phone");
            assertThat(tab.page().evaluate("document.documentElement.scrollWidth"))
                    .isEqualTo(360);
            named(tab, AriaRole.BUTTON, "Deny").click();
            assertThat(tab.page().getByText("Refused: access_denied")).isVisible();
            assertNothingRefused(tab);
        }
    }

    @Test
    void what_the_author_sees_of_apps_and_logins_fits_a_phone(BrowserProcess browser) {
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret),
                        "https://an-app-with-a-long-name.example/and/a/path/that/goes/on/and/on",
                        Scopes.of(Scopes.MICROPUB),
                        Instant.now(),
                        null,
                        null)));
        site.post("/micropub", "content", "By a form", "access_token", secret);
        site.post("/micropub", "content", "Refused", "mp-slug", "x".repeat(80));
        try (BrowserTab tab = browser.open(site, 360, ColorScheme.LIGHT, true)) {
            for (String path : List.of("tokens", "micropub", "passkeys", "settings")) {
                tab.go("/admin/" + path).screenshot("phone-" + path);
                assertThat(tab.page().evaluate("document.documentElement.scrollWidth"))
                        .as(path)
                        .isEqualTo(360);
                assertThat(tab.axe()).as(path).isEmpty();
            }
            tab.go("/admin/micropub");
            assertThat(tab.page().getByText("unauthorized: Send a token")).isVisible();
            assertThat(tab.complaints()).isEmpty();
        }
    }
}
