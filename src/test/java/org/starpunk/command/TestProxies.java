package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.starpunk.Machine;
import org.starpunk.Ports;
import org.starpunk.journey.Nginx;

/** Debian's nginx and haproxy in front of the nodes of a site, configured as in docs/how-to/cluster.md, without TLS. */
final class TestProxies implements AutoCloseable {

    private final List<Process> running = new ArrayList<>();
    final URI nginx = URI.create("http://127.0.0.1:" + Ports.free());
    final URI haproxy = URI.create("http://127.0.0.1:" + Ports.free());

    /** @param nodes host and port of each node */
    TestProxies(Path folder, List<String> nodes) throws IOException {
        Machine.needs("nginx", "nginx-light");
        Machine.needs("haproxy", "haproxy");
        String how = "docs/how-to/cluster.md";
        Path haproxyFile = folder.resolve("haproxy.cfg");
        Files.writeString(
                haproxyFile,
                at(nodes, block(how, "haproxy")).replaceAll("bind :443 ssl .*", "bind 127.0.0.1:" + haproxy.getPort()));
        start(folder.resolve("haproxy.out"), program("haproxy"), "-db", "-f", haproxyFile.toString());
        start(
                folder.resolve("nginx.out"),
                Nginx.command(folder, at(nodes, block(how, "nginx")) + server()).toArray(String[]::new));
        for (URI proxy : List.of(nginx, haproxy)) {
            await().atMost(Duration.ofMinutes(2)).until(() -> listens(proxy.getPort()));
        }
    }

    private String server() throws IOException {
        return block("docs/how-to/behind-a-proxy.md", "nginx")
                .replaceFirst("(?s)\nserver \\{\n    listen 80;.*", "")
                .replace("listen 443 ssl http2;", "listen 127.0.0.1:" + nginx.getPort() + ";")
                .replaceAll("    ssl_certificate.*\n", "")
                .replace("http://127.0.0.1:8080", "http://starpunk");
    }

    private static String block(String page, String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(Files.readString(Path.of(page)));
        assertThat(block.find()).as(page + " has an example for " + language).isTrue();
        return block.group(1);
    }

    private static String at(List<String> nodes, String documented) {
        String text = documented;
        for (int i = 0; i < nodes.size(); i++) {
            String address = "10.0.0." + (i + 1) + ":8080";
            assertThat(text).contains(address);
            text = text.replace(address, nodes.get(i));
        }
        return text;
    }

    private void start(Path out, String... command) throws IOException {
        running.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start());
    }

    private static String program(String name) {
        return Machine.find(name).orElseThrow().toString();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        for (Process process : running) {
            process.destroy();
            process.onExit().join();
        }
    }
}
