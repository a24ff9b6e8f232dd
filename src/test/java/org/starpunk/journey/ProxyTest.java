package org.starpunk.journey;

import java.io.IOException;
import java.util.List;
import org.starpunk.Machine;
import org.starpunk.Ports;

/** Debian's nginx. */
class ProxyTest extends BehindProxy {

    @Override
    void need() {
        Machine.needs("nginx", "nginx-light");
    }

    @Override
    String language() {
        return "nginx";
    }

    @Override
    List<String> configure(String documented) throws IOException {
        String server = documented
                .replace("listen 443", "listen 127.0.0.1:" + port())
                .replace("listen 80", "listen 127.0.0.1:" + Ports.free())
                .replace("notes.example.org", "localhost")
                .replace(
                        "/etc/letsencrypt/live/localhost/fullchain.pem",
                        pem().certificate().toString())
                .replace(
                        "/etc/letsencrypt/live/localhost/privkey.pem",
                        pem().key().toString());
        return Nginx.command(folder, server);
    }
}
