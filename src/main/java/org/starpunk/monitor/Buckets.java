package org.starpunk.monitor;

/**
 * The scale that durations are counted on: {@value #PER_OCTAVE} buckets to each doubling, evenly on a logarithmic scale, from
 * 0.5 µs to 68.7 s. The middle of a bucket is within 2.4 % of everything in it.
 */
final class Buckets {

    /*
     * How a bucket is found without a logarithm
     *
     * The position of a duration's highest bit says which doubling it is in. The nine bits after it say where in the doubling;
     * a table of 512 entries turns that linear place into one of 16 logarithmic ones. A table entry that spans a bucket's
     * bound goes to the side of its middle, which adds at most 0.1 % to the error.
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

    private Buckets() {}

    /** The bucket of a duration; what is shorter or longer than the scale goes into the first or last one. */
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

    /** The duration in the (logarithmic) middle of a bucket, nanoseconds. */
    static long middle(int bucket) {
        return Math.round(bound(bucket + 0.5));
    }

    /** The shortest duration of a bucket, nanoseconds. */
    static long lower(int bucket) {
        return Math.round(bound(bucket));
    }

    private static double bound(double bucket) {
        return Math.pow(2, LOWEST + bucket / PER_OCTAVE);
    }
}
