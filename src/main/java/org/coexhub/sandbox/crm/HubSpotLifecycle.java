package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

import java.net.URI;

/** Simulated HubSpot listens before anything of the hub starts and until everything of it has stopped. */
final class HubSpotLifecycle implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent> {
    private final SimulatedHubSpot hubSpot;
    private volatile URI hub;
    private volatile boolean running;

    HubSpotLifecycle(SimulatedHubSpot hubSpot) {
        this.hubSpot = hubSpot;
    }

    /** Where the hub listens, or null while it starts. */
    URI hub() {
        return hub;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public void start() {
        hubSpot.start();
        running = true;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof ServletWebServerApplicationContext web
                && web.getServerNamespace() == null) {
            hub = URI.create("http://127.0.0.1:" + web.getWebServer().getPort());
        }
    }

    @Override
    public void stop() {
        running = false;
        hubSpot.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
