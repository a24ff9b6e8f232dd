package org.starpunk.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.webauthn4j.Attestation;
import io.vertx.ext.auth.webauthn4j.Authenticator;
import io.vertx.ext.auth.webauthn4j.COSEAlgorithm;
import io.vertx.ext.auth.webauthn4j.CredentialStorage;
import io.vertx.ext.auth.webauthn4j.RelyingParty;
import io.vertx.ext.auth.webauthn4j.ResidentKey;
import io.vertx.ext.auth.webauthn4j.UserVerification;
import io.vertx.ext.auth.webauthn4j.WebAuthn4J;
import io.vertx.ext.auth.webauthn4j.WebAuthn4JCredentials;
import io.vertx.ext.auth.webauthn4j.WebAuthn4JOptions;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Passkey;
import org.starpunk.identity.PasskeyRepository;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SecretTokens;

/**
 * Creates the options for passkey requests and verifies the responses (WebAuthn Level 2). Passkeys are discoverable and
 * require user verification, so a passkey alone is enough for a login. The library is loaded for the first response,
 * outside the event loops.
 */
final class PasskeyVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(PasskeyVerifier.class);
    private static final List<COSEAlgorithm> ALGORITHMS =
            List.of(COSEAlgorithm.ES256, COSEAlgorithm.EdDSA, COSEAlgorithm.RS256);
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+");
    private static final int TIMEOUT_MILLIS = 300_000;

    private final Vertx vertx;
    private final Account account;
    private final PasskeyRepository passkeys;
    private final Csrf csrf;
    private final Clock clock;
    private final PasswordHashingExecutor worker;

    PasskeyVerifier(AdminDependencies with, PasswordHashingExecutor worker) {
        this.vertx = with.vertx();
        this.account = with.account();
        this.passkeys = with.passkeys();
        this.csrf = with.csrf();
        this.clock = with.clock();
        this.worker = worker;
    }

    /** A passkey was not accepted. The message is for the author. */
    static final class PasskeyRefusedException extends RuntimeException {

        PasskeyRefusedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Returns the browser's options for the creation of a passkey (§5.4). */
    JsonObject creation(RoutingContext ctx, List<Passkey> existing) {
        Profile profile = account.profile();
        JsonArray algorithms = new JsonArray();
        for (COSEAlgorithm algorithm : ALGORITHMS) {
            algorithms.add(new JsonObject().put("type", "public-key").put("alg", algorithm.coseId()));
        }
        JsonArray known = new JsonArray();
        existing.forEach(
                passkey -> known.add(new JsonObject().put("type", "public-key").put("id", passkey.id())));
        return new JsonObject()
                .put("challenge", csrf.challenge(ctx))
                .put("rp", new JsonObject().put("id", host()).put("name", profile.siteName()))
                .put(
                        "user",
                        new JsonObject()
                                .put("id", SecretTokens.sign("author", profile.me()))
                                .put("name", host())
                                .put("displayName", profile.authorName()))
                .put("pubKeyCredParams", algorithms)
                .put("excludeCredentials", known)
                .put(
                        "authenticatorSelection",
                        new JsonObject()
                                .put("residentKey", "required")
                                .put("requireResidentKey", true)
                                .put("userVerification", "required"))
                .put("attestation", "none")
                .put("timeout", TIMEOUT_MILLIS);
    }

    /** Returns the browser's options for a login (§5.5). They permit every passkey of this site. */
    JsonObject request(RoutingContext ctx) {
        return new JsonObject()
                .put("challenge", csrf.challenge(ctx))
                .put("rpId", host())
                .put("userVerification", "required")
                .put("timeout", TIMEOUT_MILLIS);
    }

    /** Returns the origin for which passkeys of this site are valid. */
    String origin() {
        return account.profile().siteUrl();
    }

    /**
     * Returns why browsers refuse passkeys at the site's address, with a remedy; empty if they accept them (WebAuthn
     * §5.1.3).
     */
    Optional<String> obstacle() {
        URI site = URI.create(origin());
        String host = String.valueOf(site.getHost());
        boolean loopback = host.equals("[::1]") || host.startsWith("127.");
        String port = site.getPort() < 0 ? "" : ":" + site.getPort();
        if (loopback) {
            return Optional.of("Passkeys do not work at " + origin()
                    + ", as browsers refuse IP addresses. They work at http://localhost" + port
                    + " when that is the address of the site.");
        }
        if (ADDRESS.matcher(host).matches()) {
            return Optional.of(
                    "Passkeys do not work at " + origin()
                            + ", as browsers refuse IP addresses. They work at an https address with a name, such as https://example.org.");
        }
        boolean local = host.equals("localhost") || host.endsWith(".localhost");
        return "https".equalsIgnoreCase(site.getScheme()) || local
                ? Optional.empty()
                : Optional.of(
                        "Passkeys do not work at " + origin() + ", as browsers require https. They work at https://"
                                + host + " when the site is served there.");
    }

    private String host() {
        return URI.create(origin()).getHost();
    }

    /** Verifies a new passkey. Fails with {@link PasskeyRefusedException}. */
    Future<Passkey> verifyCreated(RoutingContext ctx, String credential, String name) {
        CeremonyCredentials credentials = new CeremonyCredentials(List.of(), true);
        return check(ctx, credential, credentials).map(unused -> {
            Authenticator made = credentials.createdCredential();
            return new Passkey(
                    made.getCredID(),
                    name,
                    made.getPublicKey(),
                    made.getCounter(),
                    made.getAaguid(),
                    clock.instant(),
                    null);
        });
    }

    /**
     * Verifies the signature of one of the author's passkeys, and records its use. Fails with {@link
     * PasskeyRefusedException}.
     */
    Future<Void> verifyPresented(RoutingContext ctx, String credential) {
        return passkeys.list().compose(list -> {
            CeremonyCredentials credentials = new CeremonyCredentials(list, false);
            return check(ctx, credential, credentials)
                    .compose(unused -> passkeys.recordUse(
                            credentials.createdCredential().getCredID(),
                            credentials.createdCredential().getCounter(),
                            clock.instant()));
        });
    }

    private Future<Void> check(RoutingContext ctx, String credential, CeremonyCredentials slot) {
        return Future.succeededFuture(credential)
                .map(JsonObject::new)
                .map(answer -> {
                    PasskeyFlags.requireVerifiedUser(answer, slot.making);
                    return credentials(ctx, answer);
                })
                .compose(credentials -> worker.run(() -> WebAuthn4J.create(vertx, options())
                        .credentialStorage(slot)
                        .authenticate(credentials)))
                .compose(user -> user)
                .recover(error -> {
                    LOG.warn("a passkey was refused: {}", error.getMessage());
                    return Future.failedFuture(
                            new PasskeyRefusedException("That passkey did not work. Reload the page and try again."));
                })
                .mapEmpty();
    }

    private WebAuthn4JCredentials credentials(RoutingContext ctx, JsonObject answer) {
        String clientData = answer.getJsonObject("response").getString("clientDataJSON");
        String challenge =
                new JsonObject(new String(Base64.getUrlDecoder().decode(clientData), UTF_8)).getString("challenge");
        if (challenge == null || !csrf.redeemChallenge(ctx, challenge)) {
            throw new PasskeyRefusedException("the challenge is not this browser's, too old, or was used before");
        }
        return new WebAuthn4JCredentials()
                .setWebauthn(answer)
                .setChallenge(challenge)
                .setOrigin(origin())
                .setDomain(host())
                .setUsername("author");
    }

    private WebAuthn4JOptions options() {
        return new WebAuthn4JOptions()
                .setRelyingParty(new RelyingParty()
                        .setId(host())
                        .setName(account.profile().siteName()))
                .setAttestation(Attestation.NONE)
                .setResidentKey(ResidentKey.REQUIRED)
                .setUserVerification(UserVerification.REQUIRED)
                .setPubKeyCredParams(ALGORITHMS);
    }

    /**
     * Credential storage for one verification. The response itself states whether a passkey was created or used. A
     * created passkey must not log anyone in, and a used one must not be added.
     */
    private static final class CeremonyCredentials implements CredentialStorage {

        private final List<Passkey> passkeys;
        private final boolean making;
        private volatile @Nullable Authenticator result;

        CeremonyCredentials(List<Passkey> known, boolean making) {
            this.passkeys = known;
            this.making = making;
        }

        Authenticator createdCredential() {
            Authenticator found = result;
            if (found == null) {
                throw new IllegalStateException("no passkey was checked");
            }
            return found;
        }

        @Override
        public Future<List<Authenticator>> find(@Nullable String username, @Nullable String id) {
            return Future.succeededFuture(passkeys.stream()
                    .filter(passkey -> passkey.id().equals(id))
                    .map(CeremonyCredentials::authenticator)
                    .toList());
        }

        private static Authenticator authenticator(Passkey passkey) {
            return new Authenticator()
                    .setCredID(passkey.id())
                    .setPublicKey(passkey.publicKey())
                    .setCounter(passkey.counter())
                    .setAaguid(passkey.model());
        }

        @Override
        public Future<Void> storeCredential(Authenticator authenticator) {
            return keep(authenticator, making, "a passkey was made where one was to be shown");
        }

        @Override
        public Future<Void> updateCounter(Authenticator authenticator) {
            return keep(authenticator, !making, "a passkey was shown where one was to be made");
        }

        private Future<Void> keep(Authenticator authenticator, boolean allowed, String otherwise) {
            if (!allowed) {
                return Future.failedFuture(otherwise);
            }
            result = authenticator;
            return Future.succeededFuture();
        }
    }
}
