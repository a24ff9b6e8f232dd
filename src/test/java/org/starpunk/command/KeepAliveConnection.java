package org.starpunk.command;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A keep-alive connection with exact control over requests and responses; unlike client libraries, it repeats nothing.
 */
final class KeepAliveConnection implements AutoCloseable {

    /** A response and whether it announces the end of the connection. */
    record KeepAliveResponse(int status, String head, String body) {

        boolean last() {
            return head.toLowerCase(Locale.ROOT).contains("connection: close");
        }
    }

    /** A stopping server closes connections that were idle for more than 250 ms. */
    private static final long QUIET_NANOS = 200_000_000;

    private final Socket socket;
    private final InputStream in;
    private long writtenNanos = System.nanoTime();
    private long writtenBefore = writtenNanos;

    KeepAliveConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(120_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    KeepAliveResponse get(String path, String... headers) throws IOException {
        write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines(headers) + "\r\n");
        return read();
    }

    KeepAliveResponse post(String path, String body, String... headers) throws IOException {
        write(postHead(path, body, headers) + body);
        return read();
    }

    static String postHead(String path, String body, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                + lines(headers) + "Content-Length: " + body.length() + "\r\n\r\n";
    }

    private static String lines(String... headers) {
        return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
        writtenBefore = writtenNanos;
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } finally {
            writtenNanos = System.nanoTime();
        }
    }

    /**
     * Returns whether the last request followed the previous one so late, on a busy machine, that a stopping server may
     * have closed the connection before.
     */
    boolean wasQuiet() {
        return writtenNanos - writtenBefore > QUIET_NANOS;
    }

    /** Reads one complete response. */
    KeepAliveResponse read() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        String text = head.toString();
        int status = Integer.parseInt(text.split(" ")[1]);
        String lower = text.toLowerCase(Locale.ROOT);
        StringBuilder body = new StringBuilder();
        int length = lower.indexOf("content-length: ");
        if (lower.contains("transfer-encoding: chunked")) {
            for (int size = chunk(); size > 0; size = chunk()) {
                body.append(bytes(size));
                line();
            }
            line();
        } else if (length >= 0) {
            body.append(bytes(Integer.parseInt(
                    lower.substring(length + 16, lower.indexOf('\n', length)).strip())));
        }
        return new KeepAliveResponse(status, text, body.toString());
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer ends after " + bytes.length + " of " + count + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads the next line. Fails at the end of the stream. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ends in the place of an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Reads until the server closes the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
