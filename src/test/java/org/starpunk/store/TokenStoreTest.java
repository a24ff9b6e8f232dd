package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.store.RunningStore.await;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.ManualClock;
import org.starpunk.identity.AuthorizationCode;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.note.SiteRevision;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

class TokenStoreTest {

    private static final Scopes SCOPES = Scopes.parse("create odd:scope");

    @TempDir
    Path dir;

    private final ManualClock clock = new ManualClock();
    private Vertx vertx;
    private TokenStore tokens;

    @BeforeEach
    void start() {
        RequestTiming.register();
        vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        await(vertx.deployVerticle(
                new StoreVerticle(RunningStore.database(dir), new SiteRevision(), unused -> Recorder.none(), false)));
        tokens = new TokenStore(new StoreClient(vertx), clock);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private NewToken token(String hash, @Nullable Instant expires, @Nullable String codeHash) {
        return new NewToken(hash, "https://client.example/", SCOPES, clock.instant(), expires, codeHash);
    }

    private AuthorizationCode code(String hash) {
        return new AuthorizationCode(
                hash,
                "https://client.example/",
                "https://client.example/back",
                SCOPES,
                "challenge",
                30,
                clock.instant().plus(AuthorizationCode.LIFETIME));
    }

    @Test
    void a_token_is_found_by_its_hash_as_it_was_issued() {
        Token issued = await(tokens.issue(token("h", null, null))).orElseThrow();
        assertThat(await(tokens.byHash("h"))).contains(issued);
        assertThat(issued.scopes()).isEqualTo(SCOPES);
        assertThat(issued.lastUsed()).isNull();
        assertThat(await(tokens.byHash("other"))).isEmpty();
    }

    @Test
    void a_token_is_good_until_it_expires_and_not_a_millisecond_longer() {
        await(tokens.issue(token("h", clock.instant().plusSeconds(60), null)));
        clock.advance(Duration.ofSeconds(60).minusMillis(1));
        assertThat(await(tokens.byHash("h"))).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(await(tokens.byHash("h"))).isEmpty();
        assertThat(await(tokens.list())).isEmpty();
        assertThat(await(tokens.revokeByHash("h"))).isFalse();
    }

    @Test
    void a_revoked_token_is_gone() {
        Token one = await(tokens.issue(token("one", null, null))).orElseThrow();
        await(tokens.issue(token("two", null, null)));
        assertThat(await(tokens.revoke(one.id()))).isTrue();
        assertThat(await(tokens.revoke(one.id()))).isFalse();
        assertThat(await(tokens.byHash("one"))).isEmpty();
        assertThat(await(tokens.revokeByHash("two"))).isTrue();
        assertThat(await(tokens.list())).isEmpty();
    }

    @Test
    void its_last_use_is_kept() {
        Token token = await(tokens.issue(token("h", null, null))).orElseThrow();
        await(tokens.recordUse(token.id(), clock.instant()));
        assertThat(await(tokens.list()))
                .singleElement()
                .extracting(Token::lastUsed)
                .isEqualTo(clock.instant());
    }

    @Test
    void a_code_is_taken_once_and_a_second_time_revokes_what_was_made_from_it() {
        await(tokens.keepCode(code("c")));
        assertThat(await(tokens.takeCode("c", clock.instant()))).contains(code("c"));
        assertThat(await(tokens.issue(token("h", null, "c")))).isPresent();
        assertThat(await(tokens.takeCode("c", clock.instant()))).isEmpty();
        assertThat(await(tokens.byHash("h"))).isEmpty();
    }

    @Test
    void a_code_that_was_taken_twice_makes_no_token_any_more() {
        await(tokens.keepCode(code("c")));
        await(tokens.takeCode("c", clock.instant()));
        await(tokens.takeCode("c", clock.instant()));
        assertThat(await(tokens.issue(token("h", null, "c")))).isEmpty();
        assertThat(await(tokens.list())).isEmpty();
    }

    @Test
    void an_expired_code_is_none() {
        await(tokens.keepCode(code("c")));
        clock.advance(AuthorizationCode.LIFETIME);
        assertThat(await(tokens.takeCode("c", clock.instant()))).isEmpty();
    }
}
