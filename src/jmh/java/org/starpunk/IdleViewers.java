package org.starpunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.starpunk.journey.TestSite;

/**
 * What viewers of the dashboard cost who only look: CPU and bytes for each of them and second, resident memory, and what becomes
 * of a page's p99: measured with all of them, and then again with one.
 *
 * <p>Argument: how many viewers (1000). They come as fast as the server lets them in, 20 a second.
 */
public final class IdleViewers {

    private static final long MEASURED_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 5;
    private static final long ARRIVAL_MILLIS = 55;

    private final Selector selector = Selector.open();
    private final List<SocketChannel> viewers = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final TestSite site;
    private final LoadConnection page;

    private IdleViewers() throws IOException {
        site = TestSite.start(Map.of(
                        "STARPUNK_INSTANCES", "1",
                        "STARPUNK_MAX_CONNECTIONS", "20000",
                        "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS", "20000"))
                .setUp();
        for (int i = 0; i < 20; i++) {
            site.publish("Note number " + i, "bench");
        }
        page = new LoadConnection(0, site.uri().getPort(), "/", "", PAUSE_MILLIS);
        Thread reader = new Thread(this::read, "load-viewers");
        reader.setDaemon(true);
        reader.start();
    }

    public static void main(String[] arguments) throws Exception {
        int number = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        IdleViewers bench = new IdleViewers();
        bench.join();
        Thread.sleep(MEASURED_MILLIS);
        long rss = ServerThreads.rssKib();
        while (bench.viewers.size() < number) {
            bench.join();
            Thread.sleep(ARRIVAL_MILLIS);
        }
        Thread.sleep(MEASURED_MILLIS);
        Measured all = bench.measure();
        bench.leave(1);
        Thread.sleep(MEASURED_MILLIS);
        Measured one = bench.measure();
        double each = (all.cpuNanos - one.cpuNanos) / 1e3 / (number - 1) / (MEASURED_MILLIS / 1e3);
        System.out.printf(
                Locale.ROOT,
                "%d viewers: %.1f us CPU and %.0f bytes for each and second; resident memory %+d KiB (%.1f KiB each);%n"
                        + "page / while they watch: p50 %.2f ms, p99 %.2f ms; with one viewer p50 %.2f ms, p99 %.2f ms (ratio %.2f)%n",
                number,
                each,
                all.bytes / (double) number / (MEASURED_MILLIS / 1e3),
                all.rssKib - rss,
                (all.rssKib - rss) / (double) number,
                all.p50,
                all.p99,
                one.p50,
                one.p99,
                all.p99 / one.p99);
        System.exit(0);
    }

    private record Measured(long cpuNanos, long bytes, long rssKib, double p50, double p99) {}

    private Measured measure() throws IOException, InterruptedException {
        long cpu = ServerThreads.cpuNanos();
        long before = bytes.get();
        long answered = page.answered.get();
        Thread.sleep(MEASURED_MILLIS);
        double[] millis = page.lastMillis((int) (page.answered.get() - answered));
        Arrays.sort(millis);
        return new Measured(
                ServerThreads.cpuNanos() - cpu,
                bytes.get() - before,
                ServerThreads.rssKib(),
                millis[millis.length / 2],
                millis[millis.length * 99 / 100]);
    }

    private void join() throws IOException {
        CookieManager cookies = (CookieManager) site.client().cookieHandler().orElseThrow();
        String cookie = cookies.getCookieStore().getCookies().stream()
                .map(one -> one.getName() + '=' + one.getValue())
                .collect(Collectors.joining("; "));
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), site.uri().getPort()));
        channel.write(ByteBuffer.wrap(
                ("GET /admin/metrics/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + cookie + "\r\n\r\n")
                        .getBytes(US_ASCII)));
        channel.configureBlocking(false);
        viewers.add(channel);
        selector.wakeup();
        channel.register(selector, SelectionKey.OP_READ);
    }

    private void leave(int remaining) throws IOException {
        for (SocketChannel viewer : viewers.subList(remaining, viewers.size())) {
            viewer.close();
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (true) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    if (!key.isValid()) {
                        continue;
                    }
                    buffer.clear();
                    int read = ((SocketChannel) key.channel()).read(buffer);
                    if (read < 0) {
                        throw new IOException("a viewer was sent away");
                    }
                    bytes.addAndGet(read);
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedChannelException e) {
            read(); // one that has just left
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
