package org.starpunk.monitor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compact encoding of a closed {@link DurationStats}. All numbers have a variable length (seven bits a byte). The count comes
 * first, then the sums. The sums by outcome and those of receiving and sending are omitted if all of them are zero.
 * Then each non-empty bucket follows with its distance from the previous one and its count. A typical minute takes 50
 * to 200 bytes.
 */
final class DurationStatsCodec {

    private final byte[] target;
    private int at;

    private DurationStatsCodec(byte[] target) {
        this.target = target;
    }

    /** Encodes a tally; null if it is empty. */
    static byte @Nullable [] of(DurationStats stats) {
        DurationHistogram durations = stats.durations;
        if (durations.count() == 0) {
            return null;
        }
        int max = 12 * 10 + 2 + (durations.endBucket() - durations.firstBucket()) * 7;
        DurationStatsCodec out = new DurationStatsCodec(new byte[max]);
        out.put(durations.count());
        out.put(durations.sum());
        out.put(durations.min());
        out.put(durations.max());
        boolean mixed = (stats.timeouts
                        | stats.clientErrors
                        | stats.clientsGone
                        | stats.refused
                        | stats.receiveNanos
                        | stats.sendNanos)
                != 0;
        out.put(stats.errors << 1 | (mixed ? 1 : 0));
        out.put(stats.volume);
        if (mixed) {
            out.put(stats.timeouts);
            out.put(stats.clientErrors);
            out.put(stats.clientsGone);
            out.put(stats.refused);
            out.put(stats.receiveNanos);
            out.put(stats.sendNanos);
        }
        int previous = 0;
        for (int bucket = durations.firstBucket(); bucket < durations.endBucket(); bucket++) {
            int number = durations.inBucket(bucket);
            if (number > 0) {
                out.put(bucket - previous);
                out.put(number);
                previous = bucket;
            }
        }
        return Arrays.copyOf(out.target, out.at);
    }

    /** Adds an encoded tally to a tally. */
    static void addTo(DurationStats stats, byte @Nullable [] packed) {
        if (packed == null) {
            return;
        }
        DurationStatsCodec in = new DurationStatsCodec(packed);
        long count = in.readVarint();
        long sum = in.readVarint();
        long min = in.readVarint();
        stats.durations.addSummary(count, sum, min, in.readVarint());
        long errors = in.readVarint();
        stats.errors += errors >>> 1;
        stats.volume += in.readVarint();
        if ((errors & 1) != 0) {
            stats.timeouts += in.readVarint();
            stats.clientErrors += in.readVarint();
            stats.clientsGone += in.readVarint();
            stats.refused += in.readVarint();
            stats.receiveNanos += in.readVarint();
            stats.sendNanos += in.readVarint();
        }
        int bucket = 0;
        while (in.at < packed.length) {
            bucket += (int) in.readVarint();
            stats.durations.addBucket(bucket, (int) in.readVarint());
        }
    }

    /** Returns the number of operations of an encoded tally. */
    static long count(byte @Nullable [] packed) {
        return packed == null ? 0 : new DurationStatsCodec(packed).readVarint();
    }

    private void put(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
    }

    private long readVarint() {
        long number = 0;
        int shift = 0;
        while (target[at] < 0) {
            number |= (target[at++] & 0x7FL) << shift;
            shift += 7;
        }
        return number | (long) target[at++] << shift;
    }
}
