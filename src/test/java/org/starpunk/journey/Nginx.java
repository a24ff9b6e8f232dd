package org.starpunk.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.starpunk.Machine;

/** Debian's nginx, with a configuration of the test. */
public final class Nginx {

    private Nginx() {}

    /** Returns the command line of an nginx with these servers, which stores all its files in a folder. */
    public static List<String> command(Path folder, String servers) throws IOException {
        StringBuilder temporary = new StringBuilder();
        for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            temporary
                    .append(kind)
                    .append("_temp_path ")
                    .append(folder.resolve(kind))
                    .append(";\n");
        }
        Path file = folder.resolve("nginx.conf");
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        Files.writeString(
                file,
                user + "daemon off;\nworker_processes 1;\npid " + folder.resolve("nginx.pid") + ";\nevents {}\nhttp {\n"
                        + temporary + "access_log off;\n" + servers + "}\n");
        String nginx = Machine.find("nginx").orElseThrow().toString();
        return List.of(nginx, "-e", folder.resolve("error.log").toString(), "-c", file.toString());
    }
}
