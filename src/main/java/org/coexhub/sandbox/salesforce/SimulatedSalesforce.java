package org.coexhub.sandbox.salesforce;

import com.sun.net.httpserver.HttpServer;

import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.Call;
import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.OrgAllocation;
import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.coexhub.sandbox.salesforce.pubsub.PubSubServer;
import org.coexhub.sandbox.salesforce.rest.Credentials;
import org.coexhub.sandbox.salesforce.rest.RestEndpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Salesforce org that listens on two loopback ports: one for OAuth, REST and Bulk, one for the gRPC Pub/Sub API without TLS.
 * Camel's Pub/Sub consumer connects by TLS unless {@code PubSubApiConsumer.setUsePlainTextConnection(true)} is called before it
 * starts ({@code (PubSubApiConsumer) route.getConsumer()} of a route with {@code autoStartup: false}); there is no URI option for it.
 * Any other gRPC client says {@code usePlaintext()} on its channel and sends the metadata {@code accesstoken}, {@code instanceurl}
 * ({@link #url()}) and {@code tenantid} ({@link SimulatedOrg#ID}).
 */
public final class SimulatedSalesforce implements AutoCloseable {
    /** The same every time, so that a hub can be told before there is an org. */
    public static final Credentials CREDENTIALS =
            new Credentials(
                    "3MVG9simulated.connected.app",
                    "simulated-client-secret",
                    "integration@harbour-coffee.example",
                    "simulated-password",
                    "5Aep8simulated.refresh.token");

    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final SimulatedOrg org;
    private final OrgAllocation usage;
    private final Faults faults;
    private final RestEndpoint rest;
    private final PubSubServer pubSub;
    private HttpServer http;

    public SimulatedSalesforce(InstantSource clock) {
        org = new SimulatedOrg(clock);
        usage = new OrgAllocation(clock);
        Sessions sessions = new Sessions(clock);
        faults = new Faults(sessions);
        rest =
                new RestEndpoint(
                        org,
                        CREDENTIALS,
                        sessions,
                        usage,
                        faults,
                        clock,
                        () -> url().toString(),
                        calls::add);
        pubSub = new PubSubServer(org, sessions, faults, () -> url().toString());
        faults.attach(pubSub);
    }

    /** Listens; a port of 0 takes any free one. */
    public void start(int httpPort, int grpcPort) throws IOException {
        http =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort), 0);
        http.createContext("/", rest);
        http.setExecutor(requests);
        http.start();
        pubSub.start(grpcPort);
    }

    /** My Domain: where to log in, and the instance that the login names. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Port of the Pub/Sub API on 127.0.0.1. */
    public int pubSubPort() {
        return pubSub.port();
    }

    public String clientId() {
        return CREDENTIALS.clientId();
    }

    public String clientSecret() {
        return CREDENTIALS.clientSecret();
    }

    public String username() {
        return CREDENTIALS.username();
    }

    public String password() {
        return CREDENTIALS.password();
    }

    public String refreshToken() {
        return CREDENTIALS.refreshToken();
    }

    public SimulatedOrg org() {
        return org;
    }

    public Faults faults() {
        return faults;
    }

    /** Every HTTP call that arrived, oldest first, logins included. */
    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** API calls since the beginning as Salesforce counts them: not logins, not refused sessions, a composite once. */
    public int apiCalls() {
        return usage.ever();
    }

    /** API calls of the last 24 hours. */
    public int apiCallsToday() {
        return usage.used();
    }

    public int apiCallsPerDay() {
        return usage.max();
    }

    /** Open streams of the Pub/Sub API. */
    public int subscribers() {
        return pubSub.subscribers();
    }

    /** How many API calls the org has per 24 hours; 100,000 unless told otherwise. */
    public void apiCallsPerDay(int max) {
        usage.max(max);
    }

    /** Every platform event ever published, whoever did, oldest first; also those no longer kept. */
    public List<BusEvent> publishes() {
        return org.bus().everPublished();
    }

    @Override
    public void close() {
        pubSub.close();
        if (http != null) {
            http.stop(0);
        }
        requests.shutdownNow();
    }
}
