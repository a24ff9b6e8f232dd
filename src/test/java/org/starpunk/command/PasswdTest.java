package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.Scopes;
import org.starpunk.journey.TestSite;
import org.starpunk.store.PasskeyStore;
import org.starpunk.store.StoreClient;

class PasswdTest {

    private static final String NEW = "purple monkey dishwasher lamp";

    @TempDir
    Path folder;

    private String passwd(TestSite site, String... options) throws Exception {
        Map<String, String> environment = new HashMap<>(site.database().environment());
        environment.put("STARPUNK_DATA_DIR", site.dataDir().toString());
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        String[] arguments = new String[options.length + 2];
        arguments[0] = "passwd";
        arguments[1] = "--stdin";
        System.arraycopy(options, 0, arguments, 2, options.length);
        Process process = new Program(folder).start(environment, out, err, arguments);
        process.getOutputStream().write((NEW + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readString(out);
    }

    /** The command and the site are separate processes that share only the database. */
    @Test
    void a_new_password_ends_open_dashboards_of_the_running_site_within_seconds() throws Exception {
        try (TestSite site = TestSite.start().setUp()) {
            HttpResponse<InputStream> dashboard =
                    site.client().send(site.request("/admin/metrics/stream").build(), BodyHandlers.ofInputStream());
            assertThat(dashboard.statusCode()).isEqualTo(200);
            CompletableFuture<String> stream = CompletableFuture.supplyAsync(() -> read(dashboard.body()));
            assertThat(passwd(site)).contains("every login has ended");
            // Half a second longer than the notification may take, for a loaded machine.
            assertThat(stream.orTimeout(2_500, TimeUnit.MILLISECONDS).join()).contains("event: bye", "logout");
            assertThat(site.get("/admin").statusCode()).isEqualTo(401);
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On the machine of a running site: the logged-in browser is logged out, and passkeys are removed on request. */
    @Test
    void a_new_password_ends_every_login_and_says_which_passkeys_are_left() throws Exception {
        try (TestSite site = TestSite.start().setUp()) {
            PasskeyStore passkeys =
                    new PasskeyStore(new StoreClient(site.deployment().vertx()));
            Passkey passkey = new Passkey("id", "Phone", "key", 0, "model", Instant.now(), null);
            assertThat(TestSite.await(passkeys.add(passkey))).isTrue();
            assertThat(passwd(site)).contains("every login has ended. 1 passkey is still valid");
            assertThat(TestSite.await(passkeys.list())).hasSize(1);
            assertThat(passwd(site, "--remove-passkeys")).contains("1 passkey is removed.");
            assertThat(TestSite.await(passkeys.list())).isEmpty();
            assertThat(passwd(site)).doesNotContain("passkey", "token");
            NewToken token =
                    new NewToken("hash", "https://app.example/", Scopes.parse("create"), Instant.now(), null, null);
            assertThat(TestSite.await(site.deployment().tokens().issue(token))).isPresent();
            assertThat(passwd(site)).contains("1 token of an app is still valid: --revoke-tokens revokes all.");
            assertThat(TestSite.await(site.deployment().tokens().list())).hasSize(1);
            assertThat(passwd(site, "--revoke-tokens")).contains("1 token of an app is revoked.");
            assertThat(TestSite.await(site.deployment().tokens().list())).isEmpty();
            site.restart();
            assertThat(site.get("/admin").statusCode()).isEqualTo(401);
            assertThat(site.submit("/admin/login", "/admin/login", "password", NEW)
                            .statusCode())
                    .isEqualTo(303);
        }
    }
}
