package org.starpunk.monitor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compact encoding of a closed {@link Tally}. All numbers have a variable length (seven bits a byte). The count comes
 * first, then the sums. The sums by outcome and those of receiving and sending are omitted if all of them are zero.
 * Then each non-empty bucket follows with its distance from the previous one and its count. A typical minute takes 50
 * to 200 bytes.
 */
final class Packed {

    private final byte[] target;
    private int at;

    private Packed(byte[] target) {
        this.target = target;
    }

    /** Encodes a tally; null if it is empty. */
    static byte @Nullable [] of(Tally tally) {
        Histogram durations = tally.durations;
        if (durations.count() == 0) {
            return null;
        }
        int most = 12 * 10 + 2 + (durations.endBucket() - durations.firstBucket()) * 7;
        Packed out = new Packed(new byte[most]);
        out.put(durations.count());
        out.put(durations.sum());
        out.put(durations.min());
        out.put(durations.max());
        boolean mixed = (tally.timeouts
                        | tally.clientErrors
                        | tally.clientsGone
                        | tally.refused
                        | tally.receiveNanos
                        | tally.sendNanos)
                != 0;
        out.put(tally.errors << 1 | (mixed ? 1 : 0));
        out.put(tally.volume);
        if (mixed) {
            out.put(tally.timeouts);
            out.put(tally.clientErrors);
            out.put(tally.clientsGone);
            out.put(tally.refused);
            out.put(tally.receiveNanos);
            out.put(tally.sendNanos);
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
    static void addTo(Tally tally, byte @Nullable [] packed) {
        if (packed == null) {
            return;
        }
        Packed in = new Packed(packed);
        long count = in.take();
        long sum = in.take();
        long min = in.take();
        tally.durations.addSummary(count, sum, min, in.take());
        long errors = in.take();
        tally.errors += errors >>> 1;
        tally.volume += in.take();
        if ((errors & 1) != 0) {
            tally.timeouts += in.take();
            tally.clientErrors += in.take();
            tally.clientsGone += in.take();
            tally.refused += in.take();
            tally.receiveNanos += in.take();
            tally.sendNanos += in.take();
        }
        int bucket = 0;
        while (in.at < packed.length) {
            bucket += (int) in.take();
            tally.durations.addBucket(bucket, (int) in.take());
        }
    }

    /** Returns the number of operations of an encoded tally. */
    static long count(byte @Nullable [] packed) {
        return packed == null ? 0 : new Packed(packed).take();
    }

    private void put(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
    }

    private long take() {
        long number = 0;
        int shift = 0;
        while (target[at] < 0) {
            number |= (target[at++] & 0x7FL) << shift;
            shift += 7;
        }
        return number | (long) target[at++] << shift;
    }
}
