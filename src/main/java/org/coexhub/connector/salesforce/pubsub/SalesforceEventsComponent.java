package org.coexhub.connector.salesforce.pubsub;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Camel component {@code salesforce-events:event/<name>}: the platform events of a channel, one after the other. A route
 * that ends without failure has done its event; one that fails gets the same event again, until it is given up.
 */
public final class SalesforceEventsComponent extends DefaultComponent {

    private final Supplier<PubSubClient> clients;
    private final SubscriptionSettings guards;
    private final GivenUpEvents givenUp;
    private final ReplayStore store;
    private final InstantSource clock;
    private final PubSubConfiguration.Subscriptions subscriptions;
    private final Map<String, Subscription> channels = new ConcurrentHashMap<>();

    SalesforceEventsComponent(
            Supplier<PubSubClient> clients,
            SubscriptionSettings guards,
            GivenUpEvents givenUp,
            ReplayStore store,
            InstantSource clock,
            PubSubConfiguration.Subscriptions subscriptions) {
        this.clients = clients;
        this.guards = guards;
        this.givenUp = givenUp;
        this.store = store;
        this.clock = clock;
        this.subscriptions = subscriptions;
    }

    /** How each channel stands on this node. */
    Map<String, Object> describe() {
        var all = new TreeMap<String, Object>();
        channels.forEach((channel, subscription) -> all.put(channel, subscription.describe()));
        return all;
    }

    @Override
    protected Endpoint createEndpoint(
            String uri, String remaining, Map<String, Object> parameters) {
        String channel = "/" + remaining.replaceFirst("^/+", "");
        if (!channel.matches("/(event|data)/[A-Za-z0-9_]+")) {
            throw new IllegalArgumentException(
                    "a channel is event/<name>__e, such as"
                            + " salesforce-events:event/WhatsApp_Send__e");
        }
        return new ChannelEndpoint(uri, this, channel);
    }

    /** Where a route on a channel starts. */
    @UriEndpoint(
            firstVersion = "0.1.0",
            scheme = "salesforce-events",
            title = "Salesforce Events",
            syntax = "salesforce-events:channel",
            consumerOnly = true,
            category = {Category.CLOUD, Category.SAAS})
    public final class ChannelEndpoint extends DefaultEndpoint {

        @UriPath(description = "The channel, such as event/WhatsApp_Send__e")
        @Metadata(required = true)
        private final String channel;

        ChannelEndpoint(String uri, SalesforceEventsComponent component, String channel) {
            super(uri, component);
            this.channel = channel;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("salesforce-events: is read by routes only");
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            Subscription subscription = channels.computeIfAbsent(channel, subscriptions::of);
            return new SalesforceEventsConsumer(
                    this, processor, channel, clients, guards, givenUp, store, clock, subscription);
        }

        @Override
        protected String createEndpointUri() {
            return "salesforce-events:" + channel;
        }
    }
}
