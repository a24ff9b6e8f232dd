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

/** HTTP clients for requests of commands to the site on this machine. */
final class LocalServerClient {

    private LocalServerClient() {}

    /**
     * Returns a client for the site at an address. The site's certificate contains its public host name, not 127.0.0.1,
     * so for an IP address of this machine any certificate is accepted. Such a request passes through no network and
     * contains no secret. Its response is only a health status, which a program that took over the port could also send
     * without a certificate. For other addresses and for host names, the certificate is verified as in a browser.
     */
    static HttpClient client(URI address, Duration timeout) {
        HttpClient.Builder builder = builder(timeout);
        if ("https".equals(address.getScheme()) && isOfThisMachine(address.getHost())) {
            builder.sslContext(acceptingAny());
        }
        return builder.build();
    }

    /** Returns a client that verifies certificates as a browser does. */
    static HttpClient strictClient(Duration timeout) {
        return builder(timeout).build();
    }

    private static HttpClient.Builder builder(Duration timeout) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER);
    }

    /** Returns whether a host is an IP address of this machine. */
    static boolean isOfThisMachine(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (!bare.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.%]*")) {
            // a host name, which another machine may resolve
            return false;
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
            throw new IllegalStateException(e); // every JDK supports TLS
        }
    }

    /** Accepts any certificate. For this extended interface, the JDK does not check the host name. */
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
