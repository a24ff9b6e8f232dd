package org.starpunk.monitor;

/**
 * Logarithmic scale of durations from 0.5 µs to 68.7 s, with {@value #PER_OCTAVE} buckets per octave (doubling). The
 * middle of a bucket differs by at most 2.4 % from each duration in it.
 */
final class LogLinearBuckets {

    /*
     * Bucket lookup without a logarithm
     *
     * The position of a duration's highest bit gives its octave. The next nine bits give its linear position within the
     * octave. A table of 512 entries maps the linear position to one of 16 logarithmic positions. An entry that spans
     * the bound of two buckets is assigned by its middle, which adds at most 0.1 % to the error.
     */
    static final int PER_OCTAVE = 16;

    static final int COUNT;

    private static final int LOWEST = 9;
    private static final int HIGHEST = 35;
    private static final int TABLE_BITS = 9;
    private static final byte[] PLACE = new byte[1 << TABLE_BITS];

    static {
        COUNT = (HIGHEST - LOWEST + 1) * PER_OCTAVE;
        for (int i = 0; i < PLACE.length; i++) {
            double part = 1 + (i + 0.5) / PLACE.length;
            PLACE[i] = (byte) (PER_OCTAVE * Math.log(part) / Math.log(2));
        }
    }

    private LogLinearBuckets() {}

    /** Returns the bucket of a duration in nanoseconds. Durations outside the scale are in the first or last bucket. */
    static int of(long nanos) {
        if (nanos < 1L << LOWEST) {
            return 0;
        }
        int octave = 63 - Long.numberOfLeadingZeros(nanos);
        if (octave > HIGHEST) {
            return COUNT - 1;
        }
        int place = (int) (nanos >>> (octave - TABLE_BITS)) & (PLACE.length - 1);
        return (octave - LOWEST) * PER_OCTAVE + PLACE[place];
    }

    /** Returns the logarithmic middle of a bucket, nanoseconds. */
    static long middle(int bucket) {
        return Math.round(bound(bucket + 0.5));
    }

    /** Returns the shortest duration of a bucket, nanoseconds. */
    static long lower(int bucket) {
        return Math.round(bound(bucket));
    }

    private static double bound(double bucket) {
        return Math.pow(2, LOWEST + bucket / PER_OCTAVE);
    }
}
