package org.coexhub.connector.salesforce.pubsub;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Takes the events of a channel through the route, one after the other.
 *
 * <p><b>Why none is missed.</b> The stored position says: up to here every event is done, that is, its route has ended
 * without failure, and so what it handed in is durable. One thread ({@link EventRun}) takes the events in their order and moves the position
 * behind those that are done, response by response; an event whose route fails because store or broker is away is tried
 * again and nothing passes it, and one that fails for any other reason is a dead letter after a few attempts. Whatever happens to stream, session,
 * process or database, the next stream starts after the stored position. A sign of life moves the position too, when all
 * events that came before it are done, so that the position of a quiet channel does not grow old. LATEST is never asked
 * for: while nothing is stored, the stream starts with the earliest event, and what was created before the channel was
 * first subscribed to is passed over; so there is no moment between the first start and the first event in which one
 * could get lost. What Salesforce itself has forgotten cannot be had, and is reported as a gap.
 *
 * <p><b>Why none is done twice.</b> A kill between a route's end and the move of the position brings the events of a
 * response again. Events noted as done are known by their id for a week, and those handed in but not noted yet are
 * recognised by the idempotency key of their command.
 *
 * <p><b>Why order holds.</b> One node has the channel at a time, by a lease in the database. When two believe to have it,
 * because one was away for longer than its lease, both hand in the same events in the same order, and the second copy of
 * each is a duplicate; only the one that has the lease moves the position.
 */
final class SalesforceEventsConsumer extends DefaultConsumer {

    private final String channel;
    private final Supplier<PubSubClient> clients;
    private final SubscriptionSettings guards;
    private final GivenUpEvents givenUp;
    private final ReplayStore store;
    private final InstantSource clock;
    private final Subscription subscription;
    private Subscriber subscriber;

    SalesforceEventsConsumer(
            Endpoint endpoint,
            Processor processor,
            String channel,
            Supplier<PubSubClient> clients,
            SubscriptionSettings guards,
            GivenUpEvents givenUp,
            ReplayStore store,
            InstantSource clock,
            Subscription subscription) {
        super(endpoint, processor);
        this.channel = channel;
        this.clients = clients;
        this.guards = guards;
        this.givenUp = givenUp;
        this.store = store;
        this.clock = clock;
        this.subscription = subscription;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        subscriber =
                new Subscriber(
                        channel,
                        clients.get(),
                        guards,
                        store,
                        clock,
                        subscription,
                        this::route,
                        givenUp);
        subscriber.start();
    }

    @Override
    protected void doStop() throws Exception {
        if (subscriber != null) {
            subscriber.stop();
        }
        super.doStop();
    }

    private Exception route(PlatformEvent event, boolean own) {
        Exchange exchange = createExchange(false);
        try {
            Message message = exchange.getMessage();
            message.setBody(event.body());
            message.setHeader(SalesforceEventHeaders.ID, event.id());
            message.setHeader(SalesforceEventHeaders.OWN, own);
            if (event.fault() != null) {
                message.setHeader(SalesforceEventHeaders.FAULT, event.fault());
            }
            getProcessor().process(exchange);
            return exchange.getException();
        } catch (Exception e) {
            return e;
        } finally {
            releaseExchange(exchange, false);
        }
    }
}
