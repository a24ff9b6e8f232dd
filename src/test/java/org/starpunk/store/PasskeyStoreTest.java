package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.identity.Passkey;
import org.starpunk.note.SiteRevision;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

class PasskeyStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.123Z");

    @TempDir
    Path dir;

    private Vertx vertx;
    private PasskeyStore passkeys;

    @BeforeEach
    void start() {
        RequestTiming.register();
        vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        String unused = RunningStore.await(vertx.deployVerticle(
                new StoreVerticle(RunningStore.database(dir), new SiteRevision(), ignored -> Recorder.none(), false)));
        passkeys = new PasskeyStore(new StoreClient(vertx));
    }

    @AfterEach
    void stop() {
        RunningStore.await(vertx.close());
    }

    private static Passkey passkey(String id, Instant created) {
        return new Passkey(id, "Phone \u2122", "public", 0xffff_ffffL, "model", created, null);
    }

    @Test
    void a_passkey_is_kept_used_renamed_and_removed() {
        Passkey first = passkey("b", NOW);
        Passkey second = passkey("a", NOW.plusSeconds(1));
        assertThat(RunningStore.await(passkeys.add(second))).isTrue();
        assertThat(RunningStore.await(passkeys.add(first))).isTrue();
        assertThat(RunningStore.await(passkeys.list())).containsExactly(first, second);
        RunningStore.await(passkeys.recordUse("b", 7, NOW.plusSeconds(9)));
        assertThat(RunningStore.await(passkeys.list()))
                .contains(new Passkey("b", "Phone \u2122", "public", 7, "model", NOW, NOW.plusSeconds(9)));
        assertThat(RunningStore.await(passkeys.rename("b", "Tablet"))).isTrue();
        assertThat(RunningStore.await(passkeys.rename("none", "Tablet"))).isFalse();
        assertThat(RunningStore.await(passkeys.list()).get(0).name()).isEqualTo("Tablet");
        assertThat(RunningStore.await(passkeys.remove("b"))).isTrue();
        assertThat(RunningStore.await(passkeys.remove("b"))).isFalse();
        assertThat(RunningStore.await(passkeys.list())).containsExactly(second);
    }

    @Test
    void a_passkey_that_is_known_is_not_replaced() {
        Passkey kept = passkey("id", NOW);
        assertThat(RunningStore.await(passkeys.add(kept))).isTrue();
        assertThat(RunningStore.await(passkeys.add(passkey("id", NOW.plusSeconds(5)))))
                .isFalse();
        assertThat(RunningStore.await(passkeys.list())).containsExactly(kept);
    }
}
