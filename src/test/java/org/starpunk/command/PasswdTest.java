package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.identity.Passkey;
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

    /** On the machine of a site that runs: the browser that was logged in is out, and passkeys go when that is wished. */
    @Test
    void a_new_password_ends_every_login_and_says_which_passkeys_are_left() throws Exception {
        try (TestSite site = TestSite.start().setUp()) {
            PasskeyStore passkeys =
                    new PasskeyStore(new StoreClient(site.deployment().vertx()));
            Passkey passkey = new Passkey("id", "Phone", "key", 0, "model", Instant.now(), null);
            assertThat(TestSite.await(passkeys.add(passkey))).isTrue();
            assertThat(passwd(site)).contains("every login has ended. 1 passkey is still good for a login");
            assertThat(TestSite.await(passkeys.list())).hasSize(1);
            assertThat(passwd(site, "--remove-passkeys")).contains("1 passkey is removed.");
            assertThat(TestSite.await(passkeys.list())).isEmpty();
            assertThat(passwd(site)).doesNotContain("passkey");
            site.restart();
            assertThat(site.get("/admin").statusCode()).isEqualTo(401);
            assertThat(site.submit("/admin/login", "/admin/login", "password", NEW)
                            .statusCode())
                    .isEqualTo(303);
        }
    }
}
