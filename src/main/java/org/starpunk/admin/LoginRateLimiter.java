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
 * Slows down the guessing of passwords: 5 guesses at once and at most 20 in the first hour from an address, 100 in the first hour
 * from everywhere. An IPv6 address counts with its /64, which one household has. A browser in which the author has logged in before
 * counts for itself alone, so that strangers cannot use up its guesses. One for the process, used by all event loops; the processes
 * of a site tell each other of guesses, so that all count together.
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

    /** @param guessNotifier hears of each guess that is made, and of each that was right: for the site's other processes to {@link #countRemoteGuess} */
    public LoginRateLimiter(Clock clock, Consumer<String> guessNotifier) {
        this.guessNotifier = guessNotifier;
        this.time = new ClockTimeMeter(clock);
        this.all = bucket(AT_ONCE_IN_ALL, AN_HOUR_IN_ALL);
    }

    /**
     * Asks for one guess.
     *
     * @param browser the name of a browser that is known; null for any other
     * @return zero when it may be made; else how long to wait before the next one
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

    /** The guess was right: it does not count. */
    public void succeeded(@Nullable SocketAddress address, @Nullable String browser) {
        String key = key(address, browser);
        count(key, true);
        guessNotifier.accept("+" + key);
    }

    /** Another process of the site was told of this guess. */
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
            byte[] bytes = InetAddress.getByName(text).getAddress(); // a literal: nothing is looked up
            return HexFormat.of().formatHex(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
        } catch (UnknownHostException e) {
            return text;
        }
    }

    /** The clock, as bucket4j asks for it. */
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

        /** Monotonic, so that setting the clock back prolongs no wait. */
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
