package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.journey.RawHttp;
import org.starpunk.journey.RawHttp.RawResponse;

/**
 * Random requests to a started server. Each gets a response, none causes a server error or a log line.
 * {@code -Dfuzz.requests=10000000} sends more of them, {@code -Dfuzz.seed=…} repeats a run.
 */
class HttpFuzzTest {

    private static final int THREADS = 4;
    private static final int PIPELINED = 12;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final long requests = Long.getLong("fuzz.requests", 100_000);
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void no_request_causes_an_error_of_the_server_or_a_line_in_its_log() throws Exception {
        System.out.println("fuzz: seed " + seed + ", " + requests + " requests");
        try (RunningProgram program = RunningProgram.serve(
                folder,
                Map.of("METRICS_PROMETHEUS_ENABLED", "true", "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS", "100"),
                "--data-dir",
                folder.resolve("data").toString())) {
            int before = program.log().length();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                running.add(threads.submit(() -> send(program.uri(), random)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            threads.shutdown();
            System.out.println("fuzz: " + answered + " answered");
            assertThat(failures).as("seed %d", seed).isEmpty();
            String log = program.logOfItself();
            assertThat(log.substring(Math.min(before, log.length())))
                    .as("seed %d", seed)
                    .doesNotContain(" ERROR ", "\tat ", " WARN ");
            assertThat(program.get("/livez").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> eachHasEnded(program.get("/metrics").body()));
        }
    }

    /** Only the request for the metrics itself may be active. */
    private void eachHasEnded(String metrics) {
        long active = value(metrics, "http_server_active_requests");
        assertThat(active).isLessThanOrEqualTo(1);
        assertThat(value(metrics, "starpunk_http_requests_accepted_total"))
                .isEqualTo(value(metrics, "starpunk_http_requests_ended_total") + active)
                .isGreaterThanOrEqualTo(answered.get());
    }

    private static long value(String metrics, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(metrics);
        assertThat(line.find()).as(name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private void send(URI site, Random random) {
        long left = requests / THREADS;
        while (left > 0 && failures.size() < 20) {
            try (RawHttp http = RawHttp.open(site)) {
                boolean open = true;
                while (open && left > 0 && failures.size() < 20) {
                    List<FuzzedRequest> batch = batch(random);
                    left -= batch.size();
                    open = send(http, batch);
                }
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }

    /** Returns some requests; the last may end the connection. */
    private static List<FuzzedRequest> batch(Random random) {
        List<FuzzedRequest> batch = new ArrayList<>();
        do {
            batch.add(FuzzedRequest.next(random));
        } while (batch.size() < PIPELINED && !batch.get(batch.size() - 1).closes());
        return batch;
    }

    /** @return whether the connection can be reused */
    private boolean send(RawHttp http, List<FuzzedRequest> batch) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        batch.forEach(request -> all.writeBytes(request.bytes()));
        http.send(all.toByteArray());
        for (FuzzedRequest request : batch) {
            RawResponse answer;
            try {
                answer = http.answer(request.head());
            } catch (IOException | RuntimeException e) {
                failures.add(e + " after\n" + request);
                return false;
            }
            answered.incrementAndGet();
            if (!request.allows(answer.status())) {
                failures.add(answer.line() + " to\n" + request);
                return false;
            }
            if (request.closes()
                    || answer.header("Connection").filter("close"::equals).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
