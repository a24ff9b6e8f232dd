package org.starpunk.config;

import java.nio.file.Path;

/**
 * The site speaks TLS itself, with files in PEM form.
 *
 * @param certificate the certificate, and behind it those that lead to its root
 * @param key its private key, PKCS #8, without a password
 */
public record TlsSettings(Path certificate, Path key) {}
