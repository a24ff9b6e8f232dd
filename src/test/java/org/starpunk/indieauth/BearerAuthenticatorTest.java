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
import org.starpunk.identity.TokenRepository;
import org.starpunk.journey.TestSite;

class BearerAuthenticatorTest {

    /** Returns a repository of tokens that fails every write. */
    private static TokenRepository readOnly(Token token) {
        return (TokenRepository) Proxy.newProxyInstance(
                BearerAuthenticatorTest.class.getClassLoader(),
                new Class<?>[] {TokenRepository.class},
                (proxy, method, arguments) -> method.getName().equals("byHash")
                        ? Future.succeededFuture(Optional.of(token))
                        : Future.failedFuture(method.getName() + ": the disk is full"));
    }

    @Test
    void a_token_is_good_when_its_use_cannot_be_noted() {
        Token token = new Token(1, "https://client.example/", Scopes.parse("create"), Instant.now(), null, null);
        BearerAuthenticator authenticator = new BearerAuthenticator(readOnly(token), Clock.systemUTC());
        assertThat(TestSite.await(authenticator.authenticate("secret"))).isEqualTo(token);
    }
}
