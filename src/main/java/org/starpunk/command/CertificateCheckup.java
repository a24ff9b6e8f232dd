package org.starpunk.command;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What the doctor can tell of the certificate that the world is shown. */
final class CertificateCheckup {

    /** Those who renew by themselves have done so by then. */
    private static final Duration SOON = Duration.ofDays(14);

    private CertificateCheckup() {}

    /** Of one that a client has accepted. */
    static Finding look(String base, SSLSession session) {
        try {
            Instant end = ((X509Certificate) session.getPeerCertificates()[0])
                    .getNotAfter()
                    .toInstant();
            String text = "trusted, until " + end.atOffset(ZoneOffset.UTC).toLocalDate();
            if (end.isBefore(Instant.now())) { // Java does not look at the time of one that it was told to trust
                return outOfDate(base, text);
            }
            return end.isBefore(Instant.now().plus(SOON))
                    ? Finding.warning("certificate", text, "renew it, and see why that did not happen by itself")
                    : Finding.ok("certificate", text);
        } catch (SSLPeerUnverifiedException e) {
            return Finding.fail("certificate", "there is none", "name one: STARPUNK_TLS_CERTIFICATE");
        }
    }

    /** Of one that a client has refused. */
    static Finding refused(String base, IOException why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return outOfDate(base, String.valueOf(cause.getMessage()));
            }
            if (cause instanceof CertPathBuilderException) {
                return fail(
                        base + " has a certificate of nobody that is trusted here",
                        "send the whole chain (fullchain.pem), of an authority that browsers know");
            }
            if (cause.getCause() == null && cause instanceof CertificateException) {
                return fail(
                        base + " has a certificate for another name: " + cause.getMessage(),
                        "have one made for this name, or set STARPUNK_BASE_URL");
            }
        }
        return fail(base + " speaks no TLS that is understood: " + why.getMessage(), "see the proxy's log");
    }

    private static Finding outOfDate(String base, String how) {
        return fail(
                base + " has a certificate that is out of date: " + how,
                "renew it; when it is new, set the clock: timedatectl set-ntp true");
    }

    private static Finding fail(String text, String cure) {
        return Finding.fail("certificate", text, cure);
    }
}
