package org.starpunk.journey;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Sends raw bytes over a socket, and reads one response at a time. */
public final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 120_000;

    private final Socket socket;
    private final InputStream in;

    /**
     * A response.
     *
     * @param status status code; 0 if the connection was closed without a response
     * @param headers headers by name in lower case; several values are joined by commas
     */
    public record RawResponse(int status, String line, TreeMap<String, String> headers, String body) {

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new java.io.BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    public static RawHttp open(URI site) throws IOException {
        return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), site.getPort()));
    }

    /** Uses a connected socket, such as a TLS socket. */
    public static RawHttp over(Socket socket) throws IOException {
        return new RawHttp(socket);
    }

    public RawHttp send(String request) throws IOException {
        return send(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads the next response to a request other than HEAD. */
    public RawResponse answer() throws IOException {
        return answer(false);
    }

    /**
     * Reads the next response.
     *
     * @param head whether the request was HEAD, so that the response has no body regardless of its length
     */
    public RawResponse answer(boolean head) throws IOException {
        String line = line();
        if (line.isEmpty()) {
            return new RawResponse(0, line, new TreeMap<>(), "");
        }
        int status = Integer.parseInt(line.substring(9, 12));
        TreeMap<String, String> headers = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            headers.merge(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip(),
                    (one, other) -> one + ", " + other);
        }
        if (status < 200) {
            return answer(head);
        }
        boolean empty = head || status == 204 || status == 304;
        return new RawResponse(status, line, headers, empty ? "" : body(headers));
    }

    private String body(Map<String, String> headers) throws IOException {
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                whole.write(in.readNBytes(size));
                line();
            }
            line();
            return whole.toString(StandardCharsets.UTF_8);
        }
        String length = headers.get("content-length");
        byte[] bytes = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Returns whether the server closes the connection without another byte. */
    public boolean isClosed() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
