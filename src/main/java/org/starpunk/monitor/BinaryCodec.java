package org.starpunk.monitor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reader and writer of the binary format between nodes. Integers have a variable length (zigzag and LEB128, as in
 * Protocol Buffers); texts and byte arrays follow their length.
 */
final class BinaryCodec {

    private byte[] bytes;
    private int at;

    private BinaryCodec(byte[] bytes) {
        this.bytes = bytes;
    }

    static BinaryCodec writer() {
        return new BinaryCodec(new byte[16 * 1024]);
    }

    static BinaryCodec reader(byte[] bytes) {
        return new BinaryCodec(bytes);
    }

    void put(long number) {
        room(10);
        long rest = number << 1 ^ number >> 63;
        while ((rest & ~0x7FL) != 0) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
    }

    /** @throws IllegalArgumentException if the bytes are truncated */
    long readVarint() {
        long number = 0;
        int shift = 0;
        byte next;
        do {
            if (at >= bytes.length || shift > 63) {
                throw new IllegalArgumentException("the state of a node is truncated");
            }
            next = bytes[at++];
            number |= (next & 0x7FL) << shift;
            shift += 7;
        } while (next < 0);
        return number >>> 1 ^ -(number & 1);
    }

    int takeInt() {
        return (int) readVarint();
    }

    /**
     * Returns the length of the following data. It is limited to the remaining bytes, so that a corrupt state cannot
     * cause a large allocation.
     */
    int takeLength() {
        long length = readVarint();
        if (length < 0 || length > bytes.length - at) {
            throw new IllegalArgumentException("the state of a node contains an invalid length: " + length);
        }
        return (int) length;
    }

    void put(byte @Nullable [] value) {
        int length = value == null ? 0 : value.length;
        put(length);
        if (value != null) {
            room(length);
            System.arraycopy(value, 0, bytes, at, length);
            at += length;
        }
    }

    /** Returns a byte array; null if it is empty. */
    byte @Nullable [] takeBytes() {
        int length = takeLength();
        if (length == 0) {
            return null;
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    void put(String text) {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    String takeText() {
        int length = takeLength();
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private void room(int needed) {
        if (bytes.length - at < needed) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + needed));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, at);
    }
}
