package org.starpunk.journey;

import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.starpunk.Machine;
import org.starpunk.Ports;

/** Debian's Caddy with a certificate from a file instead of an authority. */
class CaddyTest extends BehindProxy {

    @Override
    void need() {
        Machine.needs("caddy", "caddy");
    }

    @Override
    String language() {
        return "caddy";
    }

    /** Over HTTP/1.1 Caddy closes the connection, and the response is lost. Browsers use HTTP/2. */
    @Override
    HttpVersion uploads() {
        return HttpVersion.HTTP_2;
    }

    @Override
    List<String> configure(String documented) throws IOException {
        String global = "{\n  admin off\n  default_bind 127.0.0.1\n  http_port " + Ports.free() + "\n}\n";
        String site = documented.replace(
                "notes.example.org {",
                "localhost:" + port() + " {\n    tls " + pem().certificate() + " " + pem().key());
        Path file = Files.writeString(folder.resolve("Caddyfile"), global + site);
        String caddy = Machine.find("caddy").orElseThrow().toString();
        return List.of(caddy, "run", "--config", file.toString(), "--adapter", "caddyfile");
    }
}
