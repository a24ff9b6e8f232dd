package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.Ports;
import org.starpunk.journey.TestSite;

/**
 * Passkeys with Chromium's virtual authenticator, on a site at localhost, because passkeys do not work at an IP
 * address.
 */
@BrowserTest
class PasskeyBrowserTest {

    /** Creates a passkey when the page requests an existing one, and sends it. */
    private static final String MAKE_INSTEAD = """
            async () => {
              const form = document.querySelector("form[data-passkey]");
              const bytes = (text) => Uint8Array.from(
                  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
              const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
                  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
              const made = await navigator.credentials.create({ publicKey: {
                challenge: bytes(JSON.parse(form.dataset.options).challenge),
                rp: { id: "localhost", name: "x" },
                user: { id: new Uint8Array([1]), name: "eve", displayName: "Eve" },
                pubKeyCredParams: [{ type: "public-key", alg: -7 }],
                authenticatorSelection: { residentKey: "required", userVerification: "required" },
              } });
              form.elements.credential.value = JSON.stringify({ id: made.id, rawId: made.id, type: made.type, response: {
                clientDataJSON: text(made.response.clientDataJSON),
                attestationObject: text(made.response.attestationObject),
              } });
              form.submit();
            }""";

    private TestSite site;
    private String home;

    @BeforeEach
    void start() throws IOException {
        int port = Ports.free();
        home = "http://localhost:" + port;
        site = TestSite.start(Map.of("STARPUNK_LISTEN", "127.0.0.1:" + port, "STARPUNK_BASE_URL", home))
                .setUp();
        site.forgetCookies();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void plugIn(Page page) {
        CDPSession devtools = page.context().newCDPSession(page);
        devtools.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        for (String yes :
                List.of("hasResidentKey", "hasUserVerification", "isUserVerified", "automaticPresenceSimulation")) {
            options.addProperty(yes, true);
        }
        JsonObject arguments = new JsonObject();
        arguments.add("options", options);
        devtools.send("WebAuthn.addVirtualAuthenticator", arguments);
    }

    private void logIn(Page page, String path) {
        page.navigate(home + path);
        page.getByLabel("Password").fill(TestSite.PASSWORD);
        button(page, "Log in").click();
        assertThat(page).hasURL(home + path);
    }

    private void logInByPasskey(Page page) {
        page.navigate(home + "/admin/login");
        button(page, "Log in with a passkey").click();
        assertThat(page).hasURL(home + "/admin");
    }

    private void add(Page page, String name) {
        page.navigate(home + "/admin/passkeys");
        page.getByLabel("What do you call it?").fill(name);
        button(page, "Add").click();
    }

    @Test
    void a_passkey_is_added_renamed_logs_in_survives_a_restart_and_is_removed(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            Page page = tab.page();
            plugIn(page);
            logIn(page, "/admin/passkeys");
            assertThat(page.getByText("You have no passkey yet")).isVisible();
            add(page, "Ada's phone");
            assertThat(page.getByText("The passkey is added")).isVisible();
            assertThat(tab.axe()).isEmpty();
            tab.screenshot("passkeys");
            add(page, "Twice");
            assertThat(page.getByText("This device has a passkey for this site already."))
                    .isVisible();
            button(page, "Log out").click();
            logInByPasskey(page);
            button(page, "Log out").click();
            site.restart();
            page.navigate(home + "/admin/login");
            tab.screenshot("login-passkey");
            logInByPasskey(page);
            page.navigate(home + "/admin/passkeys");
            Locator row = page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName("Ada's phone"));
            assertThat(row).not().containsText("never");
            page.getByLabel("New name of Ada's phone").fill("Old phone");
            button(page, "Rename").click();
            assertThat(page.getByText("The passkey is renamed.")).isVisible();
            assertThat(page.getByLabel("What do you call it?")).hasValue("");
            assertThat(tab.axe()).isEmpty();
            tab.screenshot("passkeys-renamed");
            button(page, "Remove Old phone").click();
            assertThat(page.getByText("The passkey is removed")).isVisible();
            button(page, "Log out").click();
            assertThat(button(page, "Log in")).isVisible();
            assertThat(button(page, "Log in with a passkey")).hasCount(0);
            assertThat(tab.complaints()).noneMatch(complaint -> complaint.startsWith("console:"));
        }
    }

    @Test
    void an_answer_that_was_seen_before_or_makes_a_passkey_logs_nobody_in(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            Page page = tab.page();
            plugIn(page);
            logIn(page, "/admin/passkeys");
            add(page, "Key");
            assertThat(page.getByText("The passkey is added")).isVisible();
            button(page, "Log out").click();
            List<String> sent = new ArrayList<>();
            page.onRequest(request -> {
                if (request.url().endsWith("/admin/login/passkey")) {
                    sent.add(request.postData());
                }
            });
            logInByPasskey(page);
            button(page, "Log out").click();
            APIResponse again = page.request()
                    .post(
                            home + "/admin/login/passkey",
                            RequestOptions.create()
                                    .setHeader("Content-Type", "application/x-www-form-urlencoded")
                                    .setMaxRedirects(0)
                                    .setData(sent.get(0)));
            assertThat(again.status()).isEqualTo(401);
            assertThat(again.text()).contains("That passkey did not work");
            page.navigate(home + "/admin/login");
            page.evaluate(MAKE_INSTEAD);
            assertThat(page.getByText("That passkey did not work")).isVisible();
            page.navigate(home + "/admin");
            assertThat(page).hasURL(Pattern.compile(".*/admin/login.*"));
        }
    }
}
