package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.ConfigurationProblem;
import org.starpunk.config.TlsSettings;

/**
 * TLS 1.2 and 1.3 with certificate and key in PEM files, and HTTP/2 by ALPN. When the files are renewed, new
 * connections use the new certificate. There is no selection by server name (SNI), because it leaks memory in Vert.x
 * 5.0.10.
 */
final class TlsConfigurer {

    private static final Logger LOG = LoggerFactory.getLogger(TlsConfigurer.class);
    private static final long CHECK_INTERVAL_MILLIS = 5_000;
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private final TlsSettings files;
    private final AtomicReference<String> version;

    TlsConfigurer(TlsSettings files) {
        this.files = files;
        this.version = new AtomicReference<>(versionNow());
    }

    private PemKeyCertOptions pem() {
        return new PemKeyCertOptions()
                .setCertPath(files.certificate().toString())
                .setKeyPath(files.key().toString());
    }

    void configure(HttpServerOptions options) {
        options.setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(pem());
    }

    /** Fails with a message and a cure if the files cannot be used. */
    Future<Void> check(Vertx vertx) {
        return vertx.executeBlocking(() -> pem().getKeyManagerFactory(vertx), false)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(new ConfigurationException(List.of(new ConfigurationProblem(
                        "STARPUNK_TLS_CERTIFICATE",
                        files.certificate().toString(),
                        "with the key " + files.key(),
                        "They cannot be used (" + failure.getMessage()
                                + "). Needed: PEM files that this user may read, the"
                                + " key as PKCS #8 without a password.")))));
    }

    /** Starts to watch the files for changes. */
    void watch(Vertx vertx, HttpServer server) {
        vertx.setPeriodic(
                CHECK_INTERVAL_MILLIS,
                unused -> vertx.executeBlocking(this::versionNow, false).onSuccess(now -> {
                    String before = version.get();
                    if (!now.equals(before) && version.compareAndSet(before, now)) {
                        renew(vertx, server);
                    }
                }));
    }

    private void renew(Vertx vertx, HttpServer server) {
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(pem())
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setUseAlpn(true);
        check(vertx)
                .compose(fine -> server.updateSSLOptions(options, true))
                .onSuccess(done -> LOG.info("the certificate {} was renewed", files.certificate()))
                .onFailure(failure -> LOG.warn("the old certificate stays in use: {}", failure.getMessage()));
    }

    /** Returns a text that changes when one of the files is written. */
    private String versionNow() {
        try {
            return Files.getLastModifiedTime(files.certificate()) + " " + Files.getLastModifiedTime(files.key());
        } catch (IOException e) {
            return "unreadable";
        }
    }
}
