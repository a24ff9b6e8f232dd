package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes that are one site, and one that is alone. */
class ClusterTest {

    @TempDir
    Path folder;

    @Test
    void alone_no_class_of_hazelcast_is_loaded_and_no_other_port_is_opened() throws Exception {
        Path loaded = folder.resolve("classes.txt");
        Map<String, String> watched = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (RunningProgram program = RunningProgram.serve(folder, watched)) {
            assertThat(program.log()).contains("ready in");
        }
        assertThat(Files.readString(loaded))
                .contains("org.starpunk.cluster.Cluster ")
                .doesNotContain("hazelcast")
                .doesNotContain("org.starpunk.cluster.Nodes");
    }
}
