package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.store.RunningStore.await;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.ManualClock;
import org.starpunk.identity.Account.Session;
import org.starpunk.identity.AuthorizationCode;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Scopes;
import org.starpunk.note.SiteRevision;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

class AccountStoreTest {

    private static final Profile ADA = new Profile("Ada's notes", "https://ada.example", "Ada", "", "", "en");

    @TempDir
    Path dir;

    private final ManualClock clock = new ManualClock();
    private final SiteRevision revision = new SiteRevision();
    private Vertx vertx;
    private AccountStore account;

    @BeforeEach
    void start() {
        RequestTiming.register();
        open(null);
    }

    private void open(@Nullable String baseUrl) {
        vertx = Vertx.vertx();
        StoreClient.registerCodecs(vertx);
        await(vertx.deployVerticle(
                new StoreVerticle(RunningStore.database(dir), revision, unused -> Recorder.none(), false)));
        account = await(AccountStore.open(new StoreClient(vertx), clock, revision, baseUrl, "http://127.0.0.1:8080"));
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void a_site_is_set_up_once_and_stays_so_after_a_restart() {
        assertThat(account.profile()).isEqualTo(Profile.unset("http://127.0.0.1:8080", clock.getZone()));
        assertThat(await(account.passwordHash())).isEmpty();
        long before = revision.current();
        assertThat(await(account.setUp(ADA, "hash"))).isTrue();
        assertThat(revision.current()).isGreaterThan(before);
        assertThat(await(account.setUp(new Profile("Eve", "https://eve.example", "Eve", "", "", "en"), "other")))
                .isFalse();
        assertThat(account.profile()).isEqualTo(ADA);
        await(vertx.close());
        open(null);
        assertThat(account.profile()).isEqualTo(ADA);
        assertThat(await(account.passwordHash())).contains("hash");
    }

    @Test
    void the_configured_address_goes_before_the_one_given_at_setup() {
        await(account.setUp(ADA, "hash"));
        await(vertx.close());
        open("https://configured.example");
        assertThat(account.profile().siteUrl()).isEqualTo("https://configured.example");
        assertThat(account.profile().siteName()).isEqualTo("Ada's notes");
    }

    @Test
    void a_setup_secret_is_good_until_it_expires_or_is_used_or_replaced() {
        await(account.offerSetup("one", clock.instant().plusSeconds(1800)));
        assertThat(await(account.setupOffered("one"))).isTrue();
        assertThat(await(account.setupOffered("two"))).isFalse();
        await(account.offerSetup("two", clock.instant().plusSeconds(1800)));
        assertThat(await(account.setupOffered("one"))).isFalse();
        assertThat(await(account.setupOffered("two"))).isTrue();
        clock.advance(Duration.ofSeconds(1801));
        assertThat(await(account.setupOffered("two"))).isFalse();
        await(account.offerSetup("three", clock.instant().plusSeconds(1800)));
        await(account.setUp(ADA, "hash"));
        assertThat(await(account.setupOffered("three"))).isFalse();
        await(account.offerSetup("four", clock.instant().plusSeconds(1800)));
        assertThat(await(account.setupOffered("four")))
                .as("a site with an owner has no setup")
                .isFalse();
    }

    @Test
    void a_session_lives_thirty_days_and_fourteen_unused() {
        Instant start = clock.instant();
        Session session = new Session("s", start, start, start.plus(Session.LIFETIME), "Browser");
        await(account.openSession(session));
        assertThat(await(account.session("s"))).contains(session);
        clock.set(start.plus(Duration.ofDays(14)));
        assertThat(await(account.session("s"))).as("unused for 14 days").isEmpty();
        assertThat(await(account.sessions())).isEmpty();
        clock.set(start.plus(Duration.ofDays(13)));
        await(account.touchSession("s", clock.instant()));
        clock.set(start.plus(Duration.ofDays(26)));
        assertThat(await(account.session("s"))).isPresent();
        await(account.touchSession("s", clock.instant()));
        clock.set(start.plus(Duration.ofDays(30)));
        assertThat(await(account.session("s"))).as("30 days old").isEmpty();
    }

    @Test
    void ending_a_session_or_changing_the_password_ends_them() {
        Instant start = clock.instant();
        for (String secret : new String[] {"a", "b", "c"}) {
            await(account.openSession(new Session(secret, start, start, start.plus(Session.LIFETIME), "")));
        }
        await(account.endSession("b"));
        assertThat(await(account.sessions())).extracting(Session::secretHash).containsExactlyInAnyOrder("a", "c");
        await(account.setUp(ADA, "old"));
        await(account.changePassword("new"));
        assertThat(await(account.sessions())).isEmpty();
        assertThat(await(account.passwordHash())).contains("new");
    }

    @Test
    void a_changed_profile_is_seen_at_once_and_makes_kept_pages_old() {
        await(account.setUp(ADA, "hash"));
        long before = revision.current();
        Profile other = new Profile("Notes", "https://ada.example", "Ada L.", "I compute.", "", "de");
        await(account.changeProfile(other));
        assertThat(account.profile()).isEqualTo(other);
        assertThat(revision.current()).isGreaterThan(before);
    }

    @Test
    void no_page_can_be_kept_with_the_old_profile_under_the_new_revision() {
        await(account.setUp(ADA, "hash"));
        Map<Long, Integer> oldestSeen = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                long before = revision.current(); // in the order of a page: the revision first, then its data
                oldestSeen.merge(before, account.profile().bio().length(), Math::min);
            }
        });
        Map<Long, Integer> changed = new HashMap<>();
        for (int i = 1; i <= 50; i++) {
            await(account.changeProfile(new Profile("Notes", "https://ada.example", "Ada", "x".repeat(i), "", "en")));
            changed.put(revision.current(), i);
        }
        done.set(true);
        reader.join();
        assertThat(changed)
                .hasSize(50)
                .allSatisfy((number, i) -> assertThat(oldestSeen.getOrDefault(number, i))
                        .as("the profile that was seen under revision " + number)
                        .isGreaterThanOrEqualTo(i));
    }

    @Test
    void sessions_links_and_codes_dated_in_the_future_are_not_valid() {
        clock.advance(Duration.ofDays(3650));
        Instant ahead = clock.instant();
        await(account.offerSetup("offer", ahead.plus(Duration.ofMinutes(30))));
        Session session = new Session("session", ahead, ahead, ahead.plus(Session.LIFETIME), "browser");
        await(account.openSession(session));
        TokenStore tokens = new TokenStore(new StoreClient(vertx), clock);
        await(tokens.keepCode(new AuthorizationCode(
                "code",
                "https://app.example/",
                "https://app.example/cb",
                Scopes.parse("create"),
                "challenge",
                0,
                ahead.plus(AuthorizationCode.LIFETIME))));
        assertThat(await(account.setupOffered("offer"))).isTrue();
        assertThat(await(account.session("session"))).isPresent();
        clock.advance(Duration.ofDays(-3650));
        assertThat(await(account.setupOffered("offer"))).isFalse();
        assertThat(await(account.session("session"))).isEmpty();
        assertThat(await(account.sessions())).isEmpty();
        assertThat(await(tokens.takeCode("code", clock.instant()))).isEmpty();
    }
}
