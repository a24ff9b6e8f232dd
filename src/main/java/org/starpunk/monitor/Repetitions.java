package org.starpunk.monitor;

import java.util.List;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/** Finds the N+1 pattern: a request that ran the same statement five times or more. */
final class Repetitions {

    private Repetitions() {}

    /** Looks at a request, and notes on its endpoint the statement that it repeated most, if it did. */
    static void look(RequestTiming request, Row<?> endpoint) {
        List<QueryTiming> queries = request.queries();
        int most = 0;
        Statement repeated = null;
        for (int i = 0; i + most < queries.size(); i++) {
            Statement statement = queries.get(i).statement();
            int times = 1;
            for (int j = i + 1; j < queries.size(); j++) {
                if (queries.get(j).statement().equals(statement)) {
                    times++;
                }
            }
            if (times > most) {
                most = times;
                repeated = statement;
            }
        }
        if (repeated != null && most >= Row.Repetition.LEAST) {
            endpoint.repetition.seen(most, repeated, request);
        }
    }
}
