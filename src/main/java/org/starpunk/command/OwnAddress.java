package org.starpunk.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** How a command asks the site that runs beside it. */
final class OwnAddress {

    private OwnAddress() {}

    /**
     * A client for the site at an address. The site's certificate names the host that the world knows, and not 127.0.0.1; so where
     * the address is one of this very machine, any certificate will do. What a client asks there goes through no network that
     * somebody could listen to, carries no secret, and is answered by "well" or not, which a program that took the site's port
     * could answer without a certificate too. An address elsewhere, or a host with a name, is checked as a browser does.
     */
    static HttpClient client(URI address, Duration patience) {
        HttpClient.Builder builder = builder(patience);
        if ("https".equals(address.getScheme()) && isOfThisMachine(address.getHost())) {
            builder.sslContext(acceptingAny());
        }
        return builder.build();
    }

    /** A client that checks certificates as a browser does. */
    static HttpClient strictClient(Duration patience) {
        return builder(patience).build();
    }

    private static HttpClient.Builder builder(Duration patience) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NEVER);
    }

    /** Whether a host is written as an address, which this machine has. */
    static boolean isOfThisMachine(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (!bare.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.%]*")) {
            return false; // a name, which somebody else resolves
        }
        try {
            InetAddress address = InetAddress.getByName(bare);
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static SSLContext acceptingAny() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has TLS
        }
    }

    /** Of the extended kind, of which the JDK does not ask for the host's name besides. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
