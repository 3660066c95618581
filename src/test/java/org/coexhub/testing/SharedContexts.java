package org.coexhub.testing;

import org.apache.camel.CamelContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes the hubs that test classes share, once the last test has ended. Left to the end of the JVM, they would be closed
 * while their databases are stopped, and wait in vain for steps that need one.
 */
public final class SharedContexts
        implements LauncherSessionListener,
                ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Set<ConfigurableApplicationContext> OPEN = ConcurrentHashMap.newKeySet();

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

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        List.copyOf(OPEN).forEach(SharedContexts::close);
    }

    /** What a test has left under way is of no use to anybody. */
    private static void close(ConfigurableApplicationContext context) {
        context.getBeansOfType(CamelContext.class)
                .values()
                .forEach(camel -> camel.getShutdownStrategy().setTimeout(1));
        context.close();
    }
}
