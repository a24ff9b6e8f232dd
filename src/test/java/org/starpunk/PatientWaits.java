package org.starpunk;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Waits of tests end when their condition holds; how long they may take at most is no part of what is tested, and ten seconds are
 * little for a machine that does other work. Found by JUnit as a service, for every test.
 */
public final class PatientWaits implements BeforeAllCallback {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
