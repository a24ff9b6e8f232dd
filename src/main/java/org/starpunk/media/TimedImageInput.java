package org.starpunk.media;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.stream.FileImageInputStream;

/**
 * A picture file whose reader is aborted after a limit of processor time. {@link javax.imageio.ImageReader#abort} is
 * too slow: the JPEG decoder reads all scans of a progressive picture before it checks for an abort. But every decoder
 * reads its file in parts of a few kilobytes, and stops when a read fails.
 */
final class TimedImageInput extends FileImageInputStream {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long end;
    private boolean expired;

    /** @param limit processor time limit of the calling thread, which must be the one that reads */
    TimedImageInput(Path file, Duration limit) throws IOException {
        super(file.toFile());
        this.end = THREADS.getCurrentThreadCpuTime() + limit.toNanos();
    }

    /** Returns whether a read has exceeded the limit. */
    boolean isExpired() {
        return expired;
    }

    @Override
    public int read() throws IOException {
        check();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        return super.read(bytes, offset, length);
    }

    /** Keeps the whole file readable, because the stripes are decoded one after the other from the same input. */
    @Override
    public void flushBefore(long position) {
        // Nothing is cached, so there is nothing to release.
    }

    private void check() throws IOException {
        expired |= THREADS.getCurrentThreadCpuTime() > end;
        if (expired) {
            throw new IOException("the picture takes too much processor time");
        }
    }
}
