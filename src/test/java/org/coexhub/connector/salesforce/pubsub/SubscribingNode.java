package org.coexhub.connector.salesforce.pubsub;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.jms.UncategorizedJmsException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

/** A Camel context with one route that reads the channel, as a hub node has it. */
final class SubscribingNode implements AutoCloseable {

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final SalesforceEventsComponent component;
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<String> tried = new CopyOnWriteArrayList<>();
    private final List<String> parked = new CopyOnWriteArrayList<>();
    private final List<Long> parking = new CopyOnWriteArrayList<>();
    private volatile boolean failing;
    private volatile int parkingFails;
    private volatile String bad;

    SubscribingNode(
            ScriptedOrg org, DataSource database, InstantSource clock, SubscriptionSettings guards)
            throws Exception {
        component =
                new SalesforceEventsComponent(
                        org::client,
                        guards,
                        (id, own, fault, body) -> park(body),
                        new ReplayStore(database, clock),
                        clock,
                        channel -> new Subscription(channel, meters, clock));
        camel.addComponent("salesforce-events", component);
        camel.addRoutes(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from("salesforce-events:event/WhatsApp_Send__e").process(e -> take(e));
                    }
                });
        camel.start();
    }

    private void take(Exchange exchange) throws Exception {
        String fault = exchange.getMessage().getHeader(SalesforceEventHeaders.FAULT, String.class);
        boolean own = exchange.getMessage().getHeader(SalesforceEventHeaders.OWN, Boolean.class);
        String text =
                fault == null
                        ? json.readTree(exchange.getMessage().getBody(byte[].class))
                                .path("Text__c")
                                .asText()
                        : "unreadable";
        tried.add(text);
        if (failing) {
            throw new UncategorizedJmsException("the queue is away");
        }
        if (text.equals(bad)) {
            throw new IllegalStateException("of the event's own");
        }
        done.add(own ? text + " of the hub" : text);
    }

    private void park(byte[] body) {
        parking.add(System.nanoTime());
        if (parking.size() <= parkingFails) {
            throw new UncategorizedJmsException("the queue is away");
        }
        if (failing) {
            throw new UncategorizedJmsException("the queue is away");
        }
        try {
            parked.add(json.readTree(body).path("Text__c").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Texts of the events that were given up. */
    List<String> parked() {
        return parked;
    }

    /** When parking was tried, by {@link System#nanoTime()}. */
    List<Long> parking() {
        return parking;
    }

    /** So often nothing can be parked. */
    void parkingFails(int times) {
        parkingFails = times;
    }

    /** The route fails at this one, whatever happens. */
    void bad(String text) {
        bad = text;
    }

    /** Texts of the events whose route has ended without failure. */
    List<String> done() {
        return done;
    }

    List<String> tried() {
        return tried;
    }

    /** Nothing can be handed in or parked. */
    void failing(boolean fails) {
        failing = fails;
    }

    double events(String outcome) {
        return meters.counter("hub_salesforce_events", "outcome", outcome).count();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> health() {
        return (Map<String, Object>) component.describe().get(ScriptedOrg.CHANNEL);
    }

    boolean isListening() {
        return "connected".equals(health().get("state"));
    }

    @Override
    public void close() {
        camel.stop();
    }
}
