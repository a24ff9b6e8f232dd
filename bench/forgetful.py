"""A plugin of nbdkit: a disk with a volatile cache. Writes reach the image when they are flushed; of those that are not, one in four
reaches it at once, out of order, as disks do. When the process is killed, the rest is lost: a power cut."""
import os
import random
import threading

API_VERSION = 2
image = None
cache = {}
lock = threading.Lock()
BLOCK = 4096


def config(key, value):
    global image
    if key == "image":
        image = os.open(value, os.O_RDWR)


def open(readonly):
    return 1


def get_size(handle):
    return os.fstat(image).st_size


def can_flush(handle):
    return True


def can_fua(handle):
    return 0  # a write through the cache is a write and a flush


def pread(handle, buffer, offset, flags):
    with lock:
        buffer[:] = os.pread(image, len(buffer), offset)
        first, last = offset // BLOCK, (offset + len(buffer) - 1) // BLOCK
        for block in range(first, last + 1):
            kept = cache.get(block)
            if kept is not None:
                start = block * BLOCK
                low, high = max(start, offset), min(start + BLOCK, offset + len(buffer))
                buffer[low - offset:high - offset] = kept[low - start:high - start]


def pwrite(handle, buffer, offset, flags):
    with lock:
        position = 0
        while position < len(buffer):
            block, within = divmod(offset + position, BLOCK)
            length = min(BLOCK - within, len(buffer) - position)
            kept = cache.get(block)
            if kept is None:
                kept = bytearray(os.pread(image, BLOCK, block * BLOCK).ljust(BLOCK, b"\0"))
                cache[block] = kept
            kept[within:within + length] = buffer[position:position + length]
            if random.random() < 0.25:
                os.pwrite(image, kept, block * BLOCK)
                del cache[block]
            position += length


def flush(handle, flags):
    with lock:
        for block, kept in cache.items():
            os.pwrite(image, kept, block * BLOCK)
        cache.clear()
