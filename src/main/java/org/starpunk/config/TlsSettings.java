package org.starpunk.config;

import java.nio.file.Path;

/**
 * Files for TLS, in PEM format.
 *
 * @param certificate certificate, followed by its chain
 * @param key private key, PKCS #8, without a password
 */
public record TlsSettings(Path certificate, Path key) {}
