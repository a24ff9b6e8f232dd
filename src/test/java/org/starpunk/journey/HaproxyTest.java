package org.starpunk.journey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.starpunk.Machine;
import org.starpunk.Ports;

/** Debian's haproxy. */
class HaproxyTest extends BehindProxy {

    @Override
    void need() {
        Machine.needs("haproxy", "haproxy");
    }

    @Override
    String language() {
        return "haproxy";
    }

    @Override
    List<String> configure(String documented) throws IOException {
        Path both = folder.resolve("both.pem");
        Files.writeString(
                both,
                Files.readString(Path.of(pem().certificate().toString()))
                        + Files.readString(Path.of(pem().key().toString())));
        String text = documented
                .replace("bind :443", "bind 127.0.0.1:" + port())
                .replace("bind :80", "bind 127.0.0.1:" + Ports.free())
                .replace("/etc/haproxy/notes.example.org.pem", both.toString());
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), text);
        String haproxy = Machine.find("haproxy").orElseThrow().toString();
        return List.of(haproxy, "-db", "-f", file.toString());
    }
}
