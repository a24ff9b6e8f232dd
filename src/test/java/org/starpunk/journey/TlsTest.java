package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Deployment;
import org.starpunk.admin.SetupLink;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.Settings;

/** The site with TLS, with certificates of the JDK's keytool. */
class TlsTest {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");

    @TempDir
    Path folder;

    private Settings settings() {
        return settings(Map.of());
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("STARPUNK_LISTEN", "127.0.0.1:0");
        variables.put("STARPUNK_INSTANCES", "2");
        variables.put("STARPUNK_DATA_DIR", folder.resolve("data").toString());
        variables.put("STARPUNK_TLS_CERTIFICATE", folder.resolve("site.crt").toString());
        variables.put("STARPUNK_TLS_KEY", folder.resolve("site.key").toString());
        return Settings.of(variables);
    }

    private static HttpClient client(PemCertificate trusted) throws Exception {
        return HttpClient.newBuilder().sslContext(trusted.trusting()).build();
    }

    private static HttpRequest.Builder request(URI site, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + site.getPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    @Test
    void the_site_speaks_tls_and_http_2_and_takes_a_renewed_certificate_without_a_restart() throws Exception {
        PemCertificate first = PemCertificate.create(folder, "first");
        Deployment site = TestSite.await(Deployment.start(settings()));
        try {
            URI uri = site.uri();
            assertThat(uri.getScheme()).isEqualTo("https");
            HttpClient client = client(first);
            HttpResponse<String> home = client.send(request(uri, "/health").build(), BodyHandlers.ofString());
            assertThat(home.statusCode()).isEqualTo(200);
            assertThat(home.version()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpResponse<String> older = client.send(
                    request(uri, "/health").version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString());
            assertThat(older.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(home.headers().firstValue("X-Request-ID")).isPresent();

            HttpResponse<String> done = setUp(site, client);
            assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
            assertThat(done.headers().allValues("Set-Cookie"))
                    .anyMatch(cookie -> cookie.startsWith("__Host-starpunk=") && cookie.contains("; Secure"));
            HttpResponse<String> page = client.send(request(uri, "/").build(), BodyHandlers.ofString());
            assertThat(page.headers().firstValue("Strict-Transport-Security")).contains("max-age=63072000");

            BigInteger serial = PemCertificate.create(folder, "second").parsed().getSerialNumber();
            await().atMost(Duration.ofMinutes(2)).until(() -> serial.equals(serial(uri)));
            // Existing connections continue.
            assertThat(client.send(request(uri, "/").build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            TestSite.await(site.stop());
        }
    }

    /** Connections were once counted only from the second one. */
    @Test
    void the_very_first_connection_counts_for_the_limit() throws Exception {
        PemCertificate pem = PemCertificate.create(folder, "first");
        Deployment site =
                TestSite.await(Deployment.start(settings(Map.of("STARPUNK_MAX_CONNECTIONS_PER_ADDRESS", "4"))));
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                open.add(handshake(pem, site.port()));
            }
            assertThatThrownBy(() -> handshake(pem, site.port())).isInstanceOf(IOException.class);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
            TestSite.await(site.stop());
        }
    }

    private static Socket handshake(PemCertificate pem, int port) throws Exception {
        SSLSocket socket = (SSLSocket) pem.trusting().getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(120_000);
        socket.startHandshake();
        return socket;
    }

    private static HttpResponse<String> setUp(Deployment site, HttpClient client) throws Exception {
        String link = TestSite.await(SetupLink.create(site.account(), "", Clock.systemUTC()));
        HttpResponse<String> form = client.send(request(site.uri(), link).build(), BodyHandlers.ofString());
        assertThat(form.body()).contains("https://localhost:");
        Matcher token = CSRF.matcher(form.body());
        assertThat(token.find()).isTrue();
        String cookie = form.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        assertThat(cookie).startsWith("__Host-");
        String fields =
                "csrf=" + token.group(1) + "&" + link.substring(link.indexOf("t=")) + "&site_name=S&author_name=A"
                        + "&site_url=https://localhost:" + site.port() + "&password=correct+horse+battery+staple";
        return client.send(
                request(site.uri(), link)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Cookie", cookie)
                        .POST(BodyPublishers.ofString(fields))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns the serial number of the certificate of a new connection. */
    private static BigInteger serial(URI uri) throws Exception {
        Vertx vertx = Vertx.vertx();
        // Referenced until the response has arrived, because an unreferenced client is closed at a garbage collection.
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setProtocolVersion(HttpVersion.HTTP_1_1));
        try {
            return TestSite.await(client.request(HttpMethod.GET, uri.getPort(), "127.0.0.1", "/livez")
                    .compose(request -> request.send()
                            .map(unused -> certificate(request.connection().sslSession()))));
        } finally {
            TestSite.await(client.close());
            TestSite.await(vertx.close());
        }
    }

    private static BigInteger certificate(SSLSession session) {
        try {
            return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
        } catch (SSLPeerUnverifiedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void files_that_are_no_certificate_are_refused_with_what_is_needed() throws IOException {
        Files.writeString(folder.resolve("site.crt"), "no certificate");
        Files.writeString(folder.resolve("site.key"), "no key");
        assertThatThrownBy(() -> TestSite.await(Deployment.start(settings())))
                .hasCauseInstanceOf(ConfigurationException.class)
                .hasMessageContaining("PEM files that this user may read");
    }
}
