package org.coexhub.sandbox;

import org.coexhub.sandbox.meta.SimulatedMeta;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Simulated Graph, bot and receiver listen before anything of the hub starts and until everything of it has stopped; the handshake
 * and all traffic wait until the hub says it is ready.
 */
class SandboxLifecycle implements SmartLifecycle, ApplicationListener<ApplicationReadyEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxLifecycle.class);
    private static final Duration BETWEEN_HANDSHAKES = Duration.ofSeconds(2);

    private final SimulatedMeta meta;
    private final SandboxTools tools;
    private final HubClient hubApi;
    private final HubWatch watch;
    private final CommandDesk commands;
    private final SandboxStream stream;
    private volatile boolean running;

    SandboxLifecycle(
            SimulatedMeta meta,
            SandboxTools tools,
            HubClient hubApi,
            HubWatch watch,
            CommandDesk commands,
            SandboxStream stream) {
        this.meta = meta;
        this.tools = tools;
        this.hubApi = hubApi;
        this.commands = commands;
        this.watch = watch;
        this.stream = stream;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public void start() {
        try {
            meta.start();
            tools.start();
        } catch (IOException e) {
            throw new UncheckedIOException("The sandbox cannot listen on its ports", e);
        }
        running = true;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof ServletWebServerApplicationContext web
                && web.getServerNamespace() == null) {
            URI hub = URI.create("http://127.0.0.1:" + web.getWebServer().getPort());
            hubApi.connect(hub);
            watch.start();
            commands.start();
            stream.start();
            Thread.ofVirtual()
                    .name("sandbox-handshake")
                    .start(() -> subscribe(hub.resolve("/webhooks/whatsapp")));
            LOG.info(
                    """
                    The sandbox runs; nothing here reaches WhatsApp.

                      Open   {}
                             type on either phone and watch the hub, or Salesforce, beside them
                      Try    curl -H 'Authorization: Bearer {}' '{}'
                    """,
                    hub.resolve("/sandbox"),
                    SandboxEnvironment.API_TOKEN,
                    hub.resolve("/api/v1/events?limit=5"));
        }
    }

    /** A hub whose webhook is not there yet is asked again, as an operator would in the dashboard. */
    private void subscribe(URI webhook) {
        String reported = "";
        while (running && !meta.isSubscribed()) {
            try {
                meta.subscribe(webhook);
                LOG.info("Sandbox: simulated Meta delivers to {}", webhook);
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).equals(reported)) {
                    reported = String.valueOf(e.getMessage());
                    LOG.warn("Sandbox: {} did not pass the handshake: {}", webhook, reported);
                }
                LockSupport.parkNanos(BETWEEN_HANDSHAKES.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        stream.close();
        watch.close();
        commands.close();
        hubApi.close();
        tools.close();
        meta.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
