package org.starpunk.indieauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.identity.Tokens;
import org.starpunk.journey.TestSite;

class BearerTest {

    /** Returns a repository of tokens that fails every write. */
    private static Tokens readOnly(Token token) {
        return (Tokens) Proxy.newProxyInstance(
                BearerTest.class.getClassLoader(),
                new Class<?>[] {Tokens.class},
                (proxy, method, arguments) -> method.getName().equals("byHash")
                        ? Future.succeededFuture(Optional.of(token))
                        : Future.failedFuture(method.getName() + ": the disk is full"));
    }

    @Test
    void a_token_is_good_when_its_use_cannot_be_noted() {
        Token token = new Token(1, "https://client.example/", Scopes.parse("create"), Instant.now(), null, null);
        Bearer bearer = new Bearer(readOnly(token), Clock.systemUTC());
        assertThat(TestSite.await(bearer.authenticate("secret"))).isEqualTo(token);
    }
}
