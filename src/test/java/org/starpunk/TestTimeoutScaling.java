package org.starpunk;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Extends the timeout of waits in tests. A wait ends when its condition holds; its maximum is not part of the test, and
 * ten seconds are too short on a busy machine. JUnit loads it as a service, for every test.
 */
public final class TestTimeoutScaling implements BeforeAllCallback {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(LONGEST);
    }
}
