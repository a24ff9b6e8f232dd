package org.starpunk.monitor;

import java.util.Arrays;
import org.starpunk.telemetry.Outcome;

/** Request counts since the start, by response status and by outcome. */
final class ResponseCounts {

    /** Upper bound of statuses, exclusive. */
    static final int STATUSES = 600;

    private final long[] statuses = new long[STATUSES];
    private final long[] outcomes = new long[Outcome.values().length];

    void count(int status, Outcome outcome) {
        statuses[status >= 0 && status < STATUSES ? status : 0]++;
        outcomes[outcome.number()]++;
    }

    long of(int status) {
        return statuses[status];
    }

    long of(Outcome outcome) {
        return outcomes[outcome.number()];
    }

    void write(BinaryCodec binaryCodec) {
        for (int status = 0; status < STATUSES; status++) {
            if (statuses[status] > 0) {
                binaryCodec.put(status);
                binaryCodec.put(statuses[status]);
            }
        }
        binaryCodec.put(STATUSES);
        for (long count : outcomes) {
            binaryCodec.put(count);
        }
    }

    void read(BinaryCodec binaryCodec) {
        for (int status = binaryCodec.takeInt(); status != STATUSES; status = binaryCodec.takeInt()) {
            statuses[Math.floorMod(status, STATUSES)] = binaryCodec.readVarint();
        }
        Arrays.setAll(outcomes, unused -> binaryCodec.readVarint());
    }

    void absorb(ResponseCounts other) {
        Arrays.setAll(statuses, i -> statuses[i] + other.statuses[i]);
        Arrays.setAll(outcomes, i -> outcomes[i] + other.outcomes[i]);
    }

    int bytes() {
        return 24 + 16 + 8 * statuses.length + 16 + 8 * outcomes.length;
    }
}
