package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.Machine;

class DiskErrorMeaningTest {

    @ParameterizedTest
    @CsvSource({
        "No space left on device, the disk is full",
        "Disk quota exceeded, the disk is full",
        "Quota exceeded, the disk is full",
        "Read-only file system, the disk is read-only",
        "Too many open files, too many files are open",
        "Input/output error, the disk reports an error",
        "I/O error, the disk reports an error"
    })
    void an_error_of_the_system_is_named_wherever_it_is_in_the_chain_of_causes(String text, String reason) {
        assertThat(DiskErrorMeaning.reason(new IOException(text))).isEqualTo(reason);
        assertThat(DiskErrorMeaning.reason(new FileSystemException("/data/media/x.jpg", null, text)))
                .isEqualTo(reason);
        assertThat(DiskErrorMeaning.reason(new IllegalStateException(new UncheckedIOException(new IOException(text)))))
                .isEqualTo(reason);
        assertThat(UnavailableException.ofDisk(new IOException(text)))
                .hasMessage(reason)
                .returns(false, UnavailableException::outcomeUnknown);
    }

    @Test
    void a_device_without_space_is_a_full_disk() {
        Path full = Path.of("/dev/full");
        if (!Files.exists(full)) {
            Machine.forbids("this system has no /dev/full");
        }
        try {
            Path unused = Files.writeString(full, "x");
            throw new AssertionError("/dev/full took a byte");
        } catch (IOException e) {
            assertThat(DiskErrorMeaning.isFull(e)).isTrue();
        }
    }

    @Test
    void other_failures_say_nothing_of_the_disk() {
        assertThat(DiskErrorMeaning.reason(new IOException("broken pipe"))).isEmpty();
        assertThat(DiskErrorMeaning.reason(new IOException())).isEmpty();
        assertThat(DiskErrorMeaning.reason(new IllegalStateException("No space left on device")))
                .isEmpty();
    }
}
