package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server without free file descriptors accepts connections again when some are free, and stops on request. */
class DescriptorsTest {

    @TempDir
    Path folder;

    @Test
    void with_200_descriptors_and_400_clients_it_refuses_most_and_serves_the_rest_and_all_afterwards()
            throws Exception {
        Program few = new Program(folder, "prlimit", "--nofile=200");
        try (RunningProgram program = RunningProgram.serve(few, folder, Map.of())) {
            int port = program.uri().getPort();
            KeepAliveConnection first = new KeepAliveConnection(port);
            assertThat(first.get("/").status()).isEqualTo(200);
            List<Socket> crowd = new ArrayList<>();
            try {
                for (int i = 0; i < 400; i++) {
                    crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
                assertThat(first.get("/health").status()).isEqualTo(200);
                assertThat(first.get("/feed.atom").status()).isEqualTo(200);
            } finally {
                for (Socket socket : crowd) {
                    socket.close();
                }
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> answers(port));
            first.close();
            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(program.logOfItself()).doesNotContain("\tat ", " ERROR ");
        }
    }

    private static boolean answers(int port) {
        try (KeepAliveConnection connection = new KeepAliveConnection(port)) {
            return connection.get("/health").status() == 200;
        } catch (IOException refused) {
            return false;
        }
    }
}
