package org.starpunk.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits password guesses. An address may make 5 guesses at once and 20 in the first hour; all addresses together may
 * make 100 in the first hour. An IPv6 address counts by its /64 prefix, because a household usually has one. A browser
 * with a {@link DeviceCookie} has its own limit, so strangers cannot use up the author's guesses.
 *
 * <p>The process has one instance, used by all event loops. The processes of a site notify each other of guesses, so
 * the limits apply to the whole site.
 */
public final class LoginRateLimiter {

    private static final String BROWSER = "browser ";
    private static final int AT_ONCE = 5;
    private static final int AN_HOUR = 15;
    private static final int AT_ONCE_IN_ALL = 40;
    private static final int AN_HOUR_IN_ALL = 60;

    private final Consumer<String> guessNotifier;
    private final TimeMeter time;
    private final Cache<String, Bucket> own = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterAccess(Duration.ofHours(2))
            .build();
    private final Bucket all;

    public LoginRateLimiter(Clock clock) {
        this(clock, unused -> {});
    }

    /**
     * @param guessNotifier receives each guess, and each correct guess; the other processes of the site pass it to
     *     {@link #countRemoteGuess}
     */
    public LoginRateLimiter(Clock clock, Consumer<String> guessNotifier) {
        this.guessNotifier = guessNotifier;
        this.time = new ClockTimeMeter(clock);
        this.all = bucket(AT_ONCE_IN_ALL, AN_HOUR_IN_ALL);
    }

    /**
     * Consumes one guess if the limits permit it.
     *
     * @param browser id from the device cookie; null without one
     * @return zero if the guess is permitted; otherwise the time until the next one
     */
    public Duration guess(@Nullable SocketAddress address, @Nullable String browser) {
        String key = key(address, browser);
        ConsumptionProbe probe = bucketOf(key).tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed() && browser == null) {
            probe = all.tryConsumeAndReturnRemaining(1);
        }
        if (probe.isConsumed()) {
            guessNotifier.accept("-" + key);
        }
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
    }

    /** Returns the guess of a correct password to the limits. */
    public void succeeded(@Nullable SocketAddress address, @Nullable String browser) {
        String key = key(address, browser);
        count(key, true);
        guessNotifier.accept("+" + key);
    }

    /** Counts a guess of another process of the site. */
    public void countRemoteGuess(String guess) {
        count(guess.substring(1), guess.startsWith("+"));
    }

    private void count(String key, boolean right) {
        Bucket[] buckets = key.startsWith(BROWSER) ? new Bucket[] {bucketOf(key)} : new Bucket[] {bucketOf(key), all};
        for (Bucket bucket : buckets) {
            if (right) {
                bucket.addTokens(1);
            } else {
                long unused = bucket.tryConsumeAsMuchAsPossible(1);
            }
        }
    }

    private static String key(@Nullable SocketAddress address, @Nullable String browser) {
        return browser == null ? key(address) : BROWSER + browser;
    }

    private Bucket bucketOf(String key) {
        return own.get(key, unused -> bucket(AT_ONCE, AN_HOUR));
    }

    private Bucket bucket(int atOnce, int anHour) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(atOnce).refillGreedy(anHour, Duration.ofHours(1)))
                .withCustomTimePrecision(time)
                .build();
    }

    private static String key(@Nullable SocketAddress address) {
        String text = address == null ? null : address.hostAddress();
        if (text == null || text.indexOf(':') < 0) {
            return String.valueOf(text);
        }
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress(); // an IP literal, so there is no DNS lookup
            return HexFormat.of().formatHex(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
        } catch (UnknownHostException e) {
            return text;
        }
    }

    /** Clock of bucket4j, based on the application's clock. */
    private static final class ClockTimeMeter implements TimeMeter {

        private final Clock clock;
        private long last;
        private long setBack;

        private ClockTimeMeter(Clock clock) {
            this.clock = clock;
            this.last = nanos();
        }

        private long nanos() {
            Instant now = clock.instant();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        }

        /** Returns a monotonic time, so a clock that is set back does not extend a wait. */
        @Override
        public synchronized long currentTimeNanos() {
            long now = nanos();
            setBack += Math.max(0, last - now);
            last = now;
            return now + setBack;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
