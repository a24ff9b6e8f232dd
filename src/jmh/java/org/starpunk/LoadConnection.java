package org.starpunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** One connection that asks for a page again and again. */
final class LoadConnection implements Runnable {

    final AtomicLong answered = new AtomicLong();
    private final AtomicLongArray nanos = new AtomicLongArray(1 << 16);
    private final Thread thread = new Thread(this);
    private final Runnable first;
    private final int port;
    private final byte[] request;
    private final long pauseMillis;
    private volatile boolean stopped;

    LoadConnection(int number, int port, String path, String cookie, long pauseMillis) {
        this(number, port, path, cookie, pauseMillis, () -> {});
    }

    /** @param first is done before each request */
    LoadConnection(int number, int port, String path, String cookie, long pauseMillis, Runnable first) {
        this.first = first;
        this.port = port;
        this.pauseMillis = pauseMillis;
        String cookies = cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n";
        this.request =
                ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + cookies + "\r\n").getBytes(US_ASCII);
        thread.setName("load-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    /**
     * CPU time of the server for a request, microseconds.
     *
     * @param settleMillis before it is measured: what is under way has time to end
     * @param turnMillis how long it is measured
     */
    static double cpuMicros(List<LoadConnection> load, long settleMillis, long turnMillis) throws InterruptedException {
        Thread.sleep(settleMillis);
        long requests = answered(load);
        long cpu = ServerThreads.cpuNanos();
        Thread.sleep(turnMillis);
        return (ServerThreads.cpuNanos() - cpu) / 1e3 / Math.max(1, answered(load) - requests);
    }

    private static long answered(List<LoadConnection> load) {
        return load.stream().mapToLong(one -> one.answered.get()).sum();
    }

    /** What the last answers took, milliseconds; at most 65,536 of them. */
    double[] lastMillis(int number) {
        double[] last = new double[number];
        long end = answered.get();
        for (int i = 0; i < number; i++) {
            last[i] = nanos.get((int) ((end - number + i) % nanos.length())) / 1e6;
        }
        return last;
    }

    @Override
    public void run() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            while (!stopped) {
                first.run();
                long start = System.nanoTime();
                out.write(request);
                readAnswer(in);
                nanos.set((int) (answered.get() % nanos.length()), System.nanoTime() - start);
                answered.incrementAndGet();
                if (pauseMillis > 0) {
                    Thread.sleep(pauseMillis);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the load has ended early", e);
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        long length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Long.parseLong(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
