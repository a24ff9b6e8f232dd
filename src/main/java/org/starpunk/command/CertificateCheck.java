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

/** Checks the certificate that visitors receive. */
final class CertificateCheck {

    /** Remaining validity that causes a warning. Automatic renewal has happened before that. */
    private static final Duration EXPIRY_WARNING = Duration.ofDays(14);

    private CertificateCheck() {}

    /** Checks a certificate that the client accepted. */
    static CheckResult run(String base, SSLSession session) {
        try {
            Instant end = ((X509Certificate) session.getPeerCertificates()[0])
                    .getNotAfter()
                    .toInstant();
            String text = "trusted, until " + end.atOffset(ZoneOffset.UTC).toLocalDate();
            // Java does not check the validity period of an explicitly trusted certificate.
            if (end.isBefore(Instant.now())) {
                return outOfDate(base, text);
            }
            return end.isBefore(Instant.now().plus(EXPIRY_WARNING))
                    ? CheckResult.warning(
                            "certificate", text, "renew it, and find out why it was not renewed automatically")
                    : CheckResult.ok("certificate", text);
        } catch (SSLPeerUnverifiedException e) {
            return CheckResult.fail("certificate", "there is none", "name one: STARPUNK_TLS_CERTIFICATE");
        }
    }

    /** Explains why the client refused a certificate. */
    static CheckResult refused(String base, IOException why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return outOfDate(base, String.valueOf(cause.getMessage()));
            }
            if (cause instanceof CertPathBuilderException) {
                return fail(
                        base + " has a certificate of an authority that is not trusted here",
                        "send the whole chain (fullchain.pem) of an authority that browsers trust");
            }
            if (cause.getCause() == null && cause instanceof CertificateException) {
                return fail(
                        base + " has a certificate for another name: " + cause.getMessage(),
                        "get a certificate for this name, or set STARPUNK_BASE_URL");
            }
        }
        return fail("the TLS handshake with " + base + " fails: " + why.getMessage(), "see the proxy's log");
    }

    private static CheckResult outOfDate(String base, String how) {
        return fail(
                base + " has a certificate that is out of date: " + how,
                "renew it; when it is new, set the clock: timedatectl set-ntp true");
    }

    private static CheckResult fail(String text, String cure) {
        return CheckResult.fail("certificate", text, cure);
    }
}
