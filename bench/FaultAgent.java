package org.starpunk.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Agent that {@code bench/alerts} puts into a started server: it holds as much memory as a file says. A line of the file has two numbers:
 * percent of the largest heap, and MB outside of the heap.
 */
public final class FaultAgent {

    private static final int MB = 1 << 20;
    private static final int BLOCK = 256 * 1024;

    private final Path file;
    private final List<byte[]> heap = new ArrayList<>();
    private ByteBuffer outside = ByteBuffer.allocateDirect(0);
    private String held = "";

    private FaultAgent(Path file) {
        this.file = file;
    }

    public static void premain(String file) {
        Thread thread = new Thread(new FaultAgent(Path.of(file))::run, "fault-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                String wanted = Files.exists(file) ? Files.readString(file).strip() : "";
                if (!wanted.equals(held) && wanted.contains(" ")) {
                    held = wanted;
                    hold(wanted.split(" "));
                }
                Thread.sleep(500);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void hold(String[] numbers) {
        long blocks = Runtime.getRuntime().maxMemory() / 100 * Integer.parseInt(numbers[0]) / BLOCK;
        while (heap.size() > blocks) {
            heap.remove(heap.size() - 1);
        }
        while (heap.size() < blocks) {
            heap.add(new byte[BLOCK - 64]);
        }
        int bytes = Integer.parseInt(numbers[1]) * MB;
        if (bytes != outside.capacity()) {
            outside = ByteBuffer.allocateDirect(bytes);
            for (int i = 0; i < bytes; i += 4096) {
                outside.put(i, (byte) 1); // the page is resident then
            }
        }
        System.gc();
    }
}
