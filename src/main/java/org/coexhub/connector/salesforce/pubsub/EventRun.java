package org.coexhub.connector.salesforce.pubsub;

import com.salesforce.eventbus.protobuf.ConsumerEvent;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes events through the route, in their order, and moves the stored position behind those that are done. One whose route
 * fails for a reason that passes by itself is repeated without end; one that fails for any other reason is parked after a
 * few attempts, so that it does not stop those after it.
 */
final class EventRun {

    private static final Logger LOG = LoggerFactory.getLogger(EventRun.class);

    /** Attempts for a failure that nobody expects to pass. */
    private static final int MOST_ATTEMPTS = 3;

    /** The way of an event. */
    interface Route {

        /** @return what the route failed with; null when the event is done */
        Exception take(PlatformEvent event, boolean own);
    }

    private final String channel;
    private final PubSubClient client;
    private final ReplayStore store;
    private final ChannelLease lease;
    private final Subscription subscription;
    private final Route route;
    private final GivenUpEvents givenUp;
    private final StopSignal signal;
    private final Runnable moved;

    /** @param moved told whenever the stored position has moved */
    EventRun(
            String channel,
            PubSubClient client,
            ReplayStore store,
            ChannelLease lease,
            Subscription subscription,
            Route route,
            GivenUpEvents givenUp,
            StopSignal signal,
            Runnable moved) {
        this.channel = channel;
        this.client = client;
        this.store = store;
        this.lease = lease;
        this.subscription = subscription;
        this.route = route;
        this.givenUp = givenUp;
        this.signal = signal;
        this.moved = moved;
    }

    /** @param since what was created before is passed over */
    void take(EventStream.Batch batch, Instant since) throws IOException {
        if (!batch.events().isEmpty()) {
            takeEvents(batch.events(), since);
        } else if (!batch.latest().isEmpty()) {
            lease.move(PlatformEvent.base64(batch.latest()));
            moved.run();
        }
    }

    /** Whatever ends this, the position is moved behind the last event that is done, and not further. */
    private void takeEvents(List<ConsumerEvent> events, Instant since) throws IOException {
        var progress = new Progress();
        Set<String> known = store.known(channel, events.stream().map(PlatformEvent::idOf).toList());
        try {
            for (ConsumerEvent raw : events) {
                PlatformEvent event = read(raw);
                if (event.createdAt() != null && event.createdAt().isBefore(since)) {
                    subscription.passedOver("too_old");
                } else if (known.contains(event.id())) {
                    subscription.passedOver("repeated");
                } else if (handIn(event, client.userId().equals(event.createdBy()))) {
                    progress.done.add(event.id());
                } else {
                    return;
                }
                progress.upTo = event.replayId();
                if (lease.isDue()) {
                    progress.store();
                }
            }
        } finally {
            progress.store();
        }
    }

    /** Events that are done and not noted yet. A kill brings them again, and their keys make them duplicates. */
    private final class Progress {

        private final List<String> done = new ArrayList<>();
        private String upTo;

        private void store() {
            if (upTo != null) {
                lease.done(done, upTo);
                moved.run();
                done.clear();
                upTo = null;
            }
        }
    }

    private PlatformEvent read(ConsumerEvent raw) throws IOException {
        try {
            return PlatformEvent.of(raw, schema(raw.getEvent().getSchemaId()));
        } catch (AvroRuntimeException noSchema) {
            return PlatformEvent.unreadable(raw, "its schema cannot be read");
        } catch (PubSubClient.SchemaRefusedException noSchema) {
            if (!signal.goesOn()) {
                throw noSchema;
            }
            return PlatformEvent.unreadable(raw, noSchema.getMessage());
        }
    }

    /** One that is refused is asked for a few times, for the event that names it is there. */
    private Schema schema(String id) throws IOException {
        var pause = new Pause(signal);
        for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return client.schema(id);
            } catch (PubSubClient.SchemaRefusedException refused) {
                LOG.warn(
                        "Salesforce {}: {}, again in {}",
                        channel,
                        refused.getMessage(),
                        pause.length());
                pause.take();
            }
        }
        return client.schema(id);
    }

    /** Until it succeeds or is parked. @return false when the route stops before */
    private boolean handIn(PlatformEvent event, boolean own) {
        var pause = new Pause(signal);
        int attempts = 0;
        while (signal.goesOn()) {
            Throwable failure =
                    attempts < MOST_ATTEMPTS ? route(event, own) : park(event, own, attempts);
            if (failure == null) {
                subscription.handedIn(event);
                return true;
            }
            boolean passes = PassingFailure.isCauseOf(failure);
            attempts += passes ? 0 : 1;
            boolean parkNow = !passes && attempts == MOST_ATTEMPTS;
            if (signal.goesOn() && !parkNow) {
                LOG.warn(
                        "Salesforce {}: event {} could not be handed in, again in {}: {}",
                        channel,
                        event.id(),
                        pause.length(),
                        FailureSummary.of(failure));
                pause.take();
            }
        }
        return false;
    }

    private Throwable route(PlatformEvent event, boolean own) {
        try {
            Exception failure = route.take(event, own);
            OutOfMemory.endIfCauseOf(failure);
            return failure;
        } catch (RuntimeException | Error e) {
            OutOfMemory.endIfCauseOf(e);
            return e;
        }
    }

    private Throwable park(PlatformEvent event, boolean own, int attempts) {
        try {
            givenUp.park(event.id(), own, event.fault(), event.body());
            LOG.error(
                    "Salesforce {}: event {} is given up after {} attempts, for a failure of the"
                            + " hub's own; it lies in wa.dlq.commands",
                    channel,
                    event.id(),
                    attempts);
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }
}
