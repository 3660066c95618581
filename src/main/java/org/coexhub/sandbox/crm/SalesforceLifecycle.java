package org.coexhub.sandbox.crm;

import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.springframework.context.SmartLifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The simulated org listens before anything of the hub starts and until everything of it has stopped. */
final class SalesforceLifecycle implements SmartLifecycle {
    private final SimulatedSalesforce salesforce;
    private final int port;
    private final int pubSubPort;
    private volatile boolean running;

    SalesforceLifecycle(SimulatedSalesforce salesforce, int port, int pubSubPort) {
        this.salesforce = salesforce;
        this.port = port;
        this.pubSubPort = pubSubPort;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    @Override
    public void start() {
        try {
            salesforce.start(port, pubSubPort);
        } catch (IOException e) {
            throw new UncheckedIOException("Simulated Salesforce cannot listen on its ports", e);
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        salesforce.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
