package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.journey.PemCertificate;

/**
 * Frames that no HTTP/2 client sends (RFC 9113). The server must end the stream or the connection, log nothing and
 * continue. {@code -Dfuzz.seed=…} repeats a run.
 */
class Http2FuzzTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CONNECTIONS = 300;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final Pattern ACTIVE = Pattern.compile("(?m)^http_server_active_requests(?:\\{[^}]*})? ([0-9.]+)$");

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());

    @TempDir
    Path folder;

    /** Frames of one connection. */
    private static final class FrameWriter {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        FrameWriter frame(int type, int flags, int stream, byte[] payload) {
            return frame(type, flags, stream, payload.length, payload);
        }

        /** @param length declared length, which may differ from the real one */
        FrameWriter frame(int type, int flags, int stream, int length, byte[] payload) {
            bytes.writeBytes(ByteBuffer.allocate(9)
                    .put((byte) (length >> 16))
                    .putShort((short) length)
                    .put((byte) type)
                    .put((byte) flags)
                    .putInt(stream)
                    .array());
            bytes.writeBytes(payload);
            return this;
        }

        FrameWriter get(int stream, String... more) {
            return frame(HEADERS, END_STREAM | END_HEADERS, stream, block(request("GET", "/livez"), more));
        }
    }

    private static String[] request(String method, String path) {
        return new String[] {":method", method, ":scheme", "https", ":path", path, ":authority", "localhost"};
    }

    /** Encodes fields as literals without indexing and without Huffman coding (RFC 7541, section 6.2.2). */
    private static byte[] block(String[] fields, String... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String[] part : List.of(fields, more)) {
            for (int i = 0; i < part.length; i += 2) {
                block.write(0);
                text(block, part[i]);
                text(block, part[i + 1]);
            }
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    private static byte[] numbers(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static byte[] setting(int id, int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    /** Returns the frames of one malformed connection. */
    private static FrameWriter broken(int kind, Random random) {
        FrameWriter frames = new FrameWriter();
        switch (kind) {
            case 0 -> frames.frame(SETTINGS, 0, 0, new byte[5]);
            case 1 -> frames.frame(SETTINGS, 0, 1, setting(3, 1));
            case 2 -> frames.frame(SETTINGS, 1, 0, setting(3, 1));
            case 3 -> frames.frame(SETTINGS, 0, 0, setting(4, -1));
            case 4 -> frames.frame(SETTINGS, 0, 0, setting(5, 1));
            case 5 -> frames.frame(SETTINGS, 0, 0, setting(2, 7));
            case 6 -> frames.frame(SETTINGS, 0, 0, setting(4, 0)).get(1);
            case 7 -> frames.frame(SETTINGS, 0, 0, setting(1, 0x7fffffff)).get(1);
            case 8 -> frames.get(1, "X-Upper", "a");
            case 9 -> frames.get(1, "connection", "close");
            case 10 -> frames.get(1, "transfer-encoding", "chunked");
            case 11 -> frames.get(1, "te", "gzip");
            case 12 -> frames.get(1, "x", "a\rb\nc\0d");
            case 13 -> frames.get(1, "", "a");
            case 14 -> frames.get(1, ":path", "/");
            case 15 -> frames.get(1, ":status", "200");
            case 16 -> frames.get(1, "host", "other", "host", "third");
            case 17 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(new String[] {":method", "GET"}));
            case 18 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("GET", "")));
            case 19 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("GET", "nowhere")));
            case 20 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("CONNECT", "/")));
            case 21 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("", "/")));
            case 22 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("G T", "/\0")));
            case 23 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, block(request("GET", "/%")));
            case 24 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 2, block(request("GET", "/")));
            case 25 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 0, block(request("GET", "/")));
            case 26 -> frames.get(5).get(3);
            case 27 -> frames.frame(HEADERS, END_STREAM | END_HEADERS, 1, new byte[] {(byte) 0xff, (byte) 0xff, 0x7f});
            case 28 ->
                frames.frame(HEADERS, END_STREAM, 1, block(request("GET", "/"))).get(3);
            case 29 -> {
                frames.frame(HEADERS, END_STREAM, 1, block(request("GET", "/")));
                for (int i = 0; i < 2_000; i++) {
                    frames.frame(CONTINUATION, 0, 1, block(new String[] {"x" + i, "a"}));
                }
            }
            case 30 -> frames.frame(CONTINUATION, END_HEADERS, 1, new byte[0]);
            case 31 -> frames.frame(DATA, 0, 1, new byte[10]);
            case 32 -> frames.frame(DATA, 0, 0, new byte[10]);
            case 33 -> frames.frame(WINDOW_UPDATE, 0, 0, numbers(0));
            case 34 ->
                frames.frame(WINDOW_UPDATE, 0, 0, numbers(0x7fffffff)).frame(WINDOW_UPDATE, 0, 0, numbers(0x7fffffff));
            case 35 -> frames.get(1).frame(WINDOW_UPDATE, 0, 1, numbers(0));
            case 36 -> frames.frame(RST_STREAM, 0, 1, numbers(8));
            case 37 -> {
                for (int i = 1; i < 2_000; i += 2) {
                    frames.get(i).frame(RST_STREAM, 0, i, numbers(8));
                }
            }
            case 38 -> frames.frame(PUSH_PROMISE, END_HEADERS, 1, numbers(2));
            case 39 -> frames.frame(PING, 0, 0, new byte[7]);
            case 40 -> {
                for (int i = 0; i < 5_000; i++) {
                    frames.frame(PING, 0, 0, new byte[8]);
                }
            }
            case 41 -> frames.frame(GOAWAY, 0, 0, numbers(0, 0)).get(1);
            case 42 -> frames.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 0});
            case 43 -> frames.frame(DATA, 0, 1, 1 << 20, new byte[100]);
            case 44 -> frames.frame(200, 255, 7, new byte[random.nextInt(100)]).get(1);
            case 45 -> {
                for (int i = 0; i < 3_000; i++) {
                    frames.frame(SETTINGS, 0, 0, new byte[0]);
                }
            }
            case 46 ->
                frames.frame(HEADERS, END_HEADERS, 1, block(request("POST", "/micropub"), "content-length", "5"))
                        .frame(DATA, END_STREAM, 1, new byte[9]);
            case 47 ->
                frames.frame(
                                HEADERS,
                                END_HEADERS,
                                1,
                                block(request("POST", "/micropub"), "content-type", "multipart/form-data; boundary=b"))
                        .frame(DATA, END_STREAM, 1, part());
            case 48 -> frames.get(1, "x", "a".repeat(60_000));
            case 49 -> {
                for (int i = 1; i < 400; i += 2) {
                    frames.get(i);
                }
            }
            case 50 ->
                frames.frame(HEADERS, END_HEADERS, 1, block(request("POST", "/admin/login")))
                        .frame(HEADERS, END_HEADERS, 1, block(new String[] {"trailer", "without-end"}));
            case 51 -> frames.frame(HEADERS, END_STREAM | END_HEADERS | 8, 1, new byte[] {(byte) 200, 0});
            default -> {
                byte[] noise = new byte[random.nextInt(500)];
                random.nextBytes(noise);
                frames.bytes.writeBytes(noise);
            }
        }
        return frames;
    }

    private static byte[] part() {
        return String.join(
                        "\r\n",
                        "--b",
                        "Content-Disposition: form-data; name=\"f\"; filename=\"f\"",
                        "Content-Type: a/b; charset=@@@",
                        "",
                        "x",
                        "--b--",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void frames_that_no_client_sends_harm_their_own_connection_alone() throws Exception {
        System.out.println("HTTP/2 fuzz: seed " + seed);
        PemCertificate pem = PemCertificate.create(folder, "localhost");
        SSLContext context = pem.trusting();
        HttpClient client = HttpClient.newBuilder().sslContext(context).build();
        try (RunningProgram program = RunningProgram.serve(
                folder,
                Map.of(
                        "STARPUNK_TLS_CERTIFICATE", pem.certificate().toString(),
                        "STARPUNK_TLS_KEY", pem.key().toString(),
                        "METRICS_PROMETHEUS_ENABLED", "true"),
                "--data-dir",
                folder.resolve("data").toString())) {
            URI site = URI.create("https://localhost:" + program.uri().getPort());
            int before = program.log().length();
            Random random = new Random(seed);
            for (int i = 0; i < CONNECTIONS; i++) {
                int kind = i < 60 ? i : random.nextInt(60);
                send(context, site.getPort(), broken(kind, random));
                if (i % 20 == 0) {
                    assertThat(get(client, site, "/livez")).as("seed %d", seed).isNotEmpty();
                }
            }
            await().atMost(PATIENCE).until(() -> active(get(client, site, "/metrics")) <= 1);
            String log = program.logOfItself();
            assertThat(log.substring(Math.min(before, log.length())))
                    .as("seed %d", seed)
                    .doesNotContain(" ERROR ", "\tat ", " WARN ");
        }
    }

    private static String get(HttpClient client, URI site, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(site.resolve(path))
                                .timeout(PATIENCE)
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static double active(String metrics) {
        Matcher active = ACTIVE.matcher(metrics);
        double sum = 0;
        while (active.find()) {
            sum += Double.parseDouble(active.group(1));
        }
        return sum;
    }

    /**
     * Sends the frames of a connection, and reads until the server has replied to a ping or closed it. Fails if it does
     * neither.
     */
    private static void send(SSLContext context, int port, FrameWriter frames) throws IOException {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            FrameWriter all = new FrameWriter();
            all.bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            all.frame(SETTINGS, 0, 0, new byte[0]);
            all.bytes.writeBytes(frames.bytes.toByteArray());
            all.frame(PING, 0, 0, "lastping".getBytes(StandardCharsets.US_ASCII));
            try {
                socket.getOutputStream().write(all.bytes.toByteArray());
                socket.getOutputStream().flush();
                socket.shutdownOutput();
                readUntilPong(socket.getInputStream());
            } catch (SocketTimeoutException e) {
                throw new AssertionError("neither answered nor closed", e);
            } catch (IOException closed) {
                // The server has closed the connection, which is a valid reaction.
            }
        }
    }

    private static void readUntilPong(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        while (true) {
            int first = in.read();
            if (first < 0) {
                return;
            }
            int length = first << 16 | in.readUnsignedShort();
            int type = in.read();
            in.readNBytes(5);
            byte[] payload = in.readNBytes(length);
            if (type == GOAWAY || (type == PING && new String(payload, StandardCharsets.US_ASCII).equals("lastping"))) {
                return;
            }
        }
    }
}
