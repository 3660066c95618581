package org.coexhub.testing;

import org.apache.camel.CamelContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes the hubs that test classes share, once the last test has ended. Left to the end of the JVM, they would be closed
 * while their databases are stopped, and wait in vain for steps that need one.
 */
public final class SharedContexts
        implements LauncherSessionListener,
                ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Set<ConfigurableApplicationContext> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger SESSIONS = new AtomicInteger();

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        OPEN.add(context);
        context.addApplicationListener(
                event -> {
                    // Those of its children come here as well.
                    if (event instanceof ContextClosedEvent && event.getSource() == context) {
                        OPEN.remove(context);
                    }
                });
    }

    /** A test may run tests of its own. */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        SESSIONS.incrementAndGet();
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (SESSIONS.decrementAndGet() > 0) {
            return;
        }
        // Those that a wrong setting stopped are left out.
        OPEN.stream()
                .filter(ConfigurableApplicationContext::isActive)
                .forEach(SharedContexts::close);
    }

    /** What a test has left under way is of no use to anybody. */
    private static void close(ConfigurableApplicationContext context) {
        context.getBeansOfType(CamelContext.class)
                .values()
                .forEach(camel -> camel.getShutdownStrategy().setTimeout(1));
        context.close();
    }
}
