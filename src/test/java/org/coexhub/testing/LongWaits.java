package org.coexhub.testing;

import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

import java.time.Duration;

/**
 * Lets each wait of a test last longer before it counts as failed, because several tests share two cores, and lets it fail
 * by its own condition only: what a thread of another test throws, as tests of errors do, is none of its business. What
 * must be quick is measured, not waited for.
 */
public final class LongWaits implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(40));
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
