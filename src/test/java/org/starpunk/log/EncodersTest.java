package org.starpunk.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;

class EncodersTest {

    @Test
    void a_text_line_holds_level_logger_and_message() {
        assertThat(text("pool is full", null))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  StoreVerticle  pool is full\n");
    }

    @Test
    void a_message_cannot_start_a_line_of_its_own() {
        String lines = text("a\n12:00:00.000 ERROR forged", new IllegalStateException("b\nERROR forged"));
        assertThat(lines.lines().skip(1)).allMatch(line -> line.startsWith("\t"));
        assertThat(lines.lines().findFirst().orElseThrow()).contains("a\\n12:00:00.000 ERROR forged");
    }

    @Test
    void a_json_line_is_one_object_with_the_stack_trace_inside() {
        String line = json("token=abc\nsecond", new IllegalStateException("access_token=abc"));
        assertThat(line.strip().lines()).hasSize(1);
        JsonObject object = new JsonObject(line);
        assertThat(object.getString("message")).isEqualTo("token=[redacted]\nsecond");
        assertThat(object.getString("level")).isEqualTo("WARN");
        assertThat(object.getString("logger")).isEqualTo("org.starpunk.store.StoreVerticle");
        assertThat(Instant.parse(object.getString("timestamp")))
                .isBefore(Instant.now().plusSeconds(1));
        assertThat(object.getString("error")).contains("IllegalStateException").doesNotContain("abc");
        assertThat(object.containsKey("requestId")).isFalse();
    }

    @Test
    void a_line_of_a_request_carries_its_id() throws Exception {
        RequestTiming.register();
        Vertx vertx = Vertx.vertx();
        try {
            CompletableFuture<String[]> lines = new CompletableFuture<>();
            Context context = vertx.getOrCreateContext();
            context.runOnContext(unused -> lines.complete(linesOfARequest(context)));
            String[] found = lines.get(120, TimeUnit.SECONDS);
            assertThat(found[1]).contains("[request " + found[0] + "]");
            assertThat(new JsonObject(found[2]).getString("requestId")).isEqualTo(found[0]);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        }
    }

    private static String[] linesOfARequest(Context context) {
        RequestTiming request = Recorder.none().requestStarted();
        request.attach(context);
        return new String[] {RequestId.format(request.id()), text("m", null), json("m", null)};
    }

    private static String text(String message, @Nullable Throwable thrown) {
        return encode(new TextEncoder(), message, thrown);
    }

    private static String json(String message, @Nullable Throwable thrown) {
        return encode(new JsonLinesEncoder(), message, thrown);
    }

    private static String encode(Encoder<ILoggingEvent> encoder, String message, @Nullable Throwable thrown) {
        LoggerContext loggers = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "test", loggers.getLogger("org.starpunk.store.StoreVerticle"), Level.WARN, message, thrown, null);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
