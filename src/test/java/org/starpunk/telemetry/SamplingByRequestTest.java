package org.starpunk.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sampling retains or drops a request with everything that belongs to it. */
class SamplingByRequestTest {

    private static final long SLOW = 1_000_000_000L;

    @Test
    void all_operations_of_a_request_get_the_same_answer() {
        SamplingRates sampling = new SamplingRates(Map.of(OperationType.HTTP, 0.5, OperationType.DATABASE, 0.0), SLOW);
        int chosen = 0;
        for (int i = 0; i < 10_000; i++) {
            long id = RequestId.next();
            boolean request = sampling.choosesRequest(id);
            chosen += request ? 1 : 0;
            for (OperationType type : OperationType.values()) {
                assertThat(sampling.chooses(type, id)).isEqualTo(request);
            }
        }
        assertThat(chosen).isBetween(4_500, 5_500);
    }

    @Test
    void rates_of_one_and_of_zero_keep_all_and_none() {
        SamplingRates all = SamplingRates.all();
        SamplingRates none = new SamplingRates(Map.of(OperationType.HTTP, 0.0), SLOW);
        for (int i = 0; i < 1_000; i++) {
            long id = RequestId.next();
            assertThat(all.choosesRequest(id)).isTrue();
            assertThat(none.choosesRequest(id)).isFalse();
        }
    }

    @Test
    void operations_of_no_request_have_the_rate_of_their_type() {
        SamplingRates sampling = new SamplingRates(Map.of(OperationType.HTTP, 0.0, OperationType.DATABASE, 1.0), SLOW);
        assertThat(sampling.chooses(OperationType.DATABASE, 0)).isTrue();
        assertThat(sampling.chooses(OperationType.HTTP, 0)).isFalse();
    }
}
