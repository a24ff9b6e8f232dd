package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for localhost, created by the JDK's keytool, and its key, as PEM files. */
public record PemCertificate(Path certificate, Path key, X509Certificate parsed) {

    private static final String PASSWORD = "changeit";

    /** Creates a certificate in a folder, and replaces an existing one. */
    public static PemCertificate create(Path folder, String name)
            throws GeneralSecurityException, IOException, InterruptedException {
        return create(folder, name, "dns:localhost,ip:127.0.0.1", "-0d", 30);
    }

    /**
     * Creates a certificate with other properties.
     *
     * @param names subject names, in keytool's format
     * @param start start of validity, in keytool's format
     * @param days validity in days
     */
    public static PemCertificate create(Path folder, String name, String names, String start, int days)
            throws GeneralSecurityException, IOException, InterruptedException {
        Path store = Files.createTempDirectory(folder, "keys").resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "site",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=" + names,
                        "-startdate",
                        start,
                        "-validity",
                        Integer.toString(days),
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        assertThat(made.waitFor(120, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        X509Certificate certificate = (X509Certificate) keys.getCertificate("site");
        return new PemCertificate(
                write(folder.resolve("site.crt"), "CERTIFICATE", certificate.getEncoded()),
                write(
                        folder.resolve("site.key"),
                        "PRIVATE KEY",
                        keys.getKey("site", PASSWORD.toCharArray()).getEncoded()),
                certificate);
    }

    private static Path write(Path file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    /** Returns the flags with which another Java process trusts only this certificate. */
    public String trustedByJava(Path folder) throws GeneralSecurityException, IOException {
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted().store(out, PASSWORD.toCharArray());
        }
        return "-Djavax.net.ssl.trustStore=" + file + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
    }

    private KeyStore trusted() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("site", parsed);
        return store;
    }

    /** Returns a context for a client that trusts only this certificate. */
    public SSLContext trusting() throws GeneralSecurityException, IOException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
