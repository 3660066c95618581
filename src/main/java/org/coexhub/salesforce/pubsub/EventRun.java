package org.coexhub.salesforce.pubsub;

import com.salesforce.eventbus.protobuf.ConsumerEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes events through the route, in their order, and moves the stored position behind those that are done. */
final class EventRun {

    private static final Logger LOG = LoggerFactory.getLogger(EventRun.class);

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
            StopSignal signal,
            Runnable moved) {
        this.channel = channel;
        this.client = client;
        this.store = store;
        this.lease = lease;
        this.subscription = subscription;
        this.route = route;
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
                var event = PlatformEvent.of(raw, client.schema(raw.getEvent().getSchemaId()));
                if (event.createdAt() != null && event.createdAt().isBefore(since)) {
                    subscription.passedOver("too_old");
                } else if (known.contains(event.id())) {
                    subscription.passedOver("repeated");
                } else if (handIn(event)) {
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

    /** Until it succeeds. @return false when the route stops before */
    private boolean handIn(PlatformEvent event) {
        var pause = new Pause(signal);
        while (signal.goesOn()) {
            Exception failure = route(event);
            if (failure == null) {
                subscription.handedIn(event);
                return true;
            }
            if (signal.goesOn()) {
                LOG.warn(
                        "Salesforce {}: event {} could not be handed in, again in {}: {}",
                        channel,
                        event.id(),
                        pause.length(),
                        StreamFault.reason(failure));
                pause.take();
            }
        }
        return false;
    }

    private Exception route(PlatformEvent event) {
        try {
            return route.take(event, client.userId().equals(event.createdBy()));
        } catch (Exception e) {
            return e;
        }
    }
}
