package org.coexhub.salesforce.pubsub;

import com.google.protobuf.ByteString;
import com.salesforce.eventbus.protobuf.ConsumerEvent;
import com.salesforce.eventbus.protobuf.ReplayPreset;

import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.coexhub.salesforce.pubsub.ReplayStore.Position;
import org.coexhub.salesforce.pubsub.Subscription.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes the events of a channel through the route, one after the other.
 *
 * <p><b>Why none is missed.</b> The stored position says: up to here every event is done, that is, its route has ended
 * without failure, and so what it handed in is durable. One thread takes the events in their order and moves the position
 * behind those that are done, response by response; an event whose route fails is tried again and nothing passes it. Whatever happens to stream, session,
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

    private static final Logger LOG = LoggerFactory.getLogger(SalesforceEventsConsumer.class);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final String channel;
    private final Supplier<PubSubClient> clients;
    private final Guards guards;
    private final ReplayStore store;
    private final InstantSource clock;
    private final Subscription subscription;
    private Subscriber subscriber;

    SalesforceEventsConsumer(
            Endpoint endpoint,
            Processor processor,
            String channel,
            Supplier<PubSubClient> clients,
            Guards guards,
            ReplayStore store,
            InstantSource clock,
            Subscription subscription) {
        super(endpoint, processor);
        this.channel = channel;
        this.clients = clients;
        this.guards = guards;
        this.store = store;
        this.clock = clock;
        this.subscription = subscription;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        subscriber = new Subscriber();
        subscriber.thread.start();
    }

    @Override
    protected void doStop() throws Exception {
        if (subscriber != null) {
            subscriber.stop();
        }
        super.doStop();
    }

    /** The thread from one start of the route to its stop. */
    private final class Subscriber {

        private final CountDownLatch stopping = new CountDownLatch(1);
        private final ChannelLease lease = new ChannelLease(channel, store, guards.lease(), clock);
        private final PubSubClient client = clients.get();
        private final Thread thread =
                Thread.ofPlatform().name("salesforce-" + channel).unstarted(this::run);

        /** Where to start in place of the stored position, which Salesforce does not know; null to start there. */
        private ReplayPreset instead;

        /** The last stream there was. */
        private volatile EventStream listened;

        private Instant since;
        private Duration pause = FIRST_PAUSE;

        private void run() {
            while (goesOn()) {
                try {
                    if (lease.take()) {
                        subscribe();
                    } else {
                        subscription.is(State.STANDBY);
                        await(lease.interval());
                    }
                } catch (ReplayStore.NotHeld taken) {
                    LOG.info("Salesforce {}: {}", channel, taken.getMessage());
                } catch (IOException | RuntimeException | Error e) {
                    if (goesOn()) {
                        subscription.failed(reason(e));
                        LOG.warn(
                                "Salesforce {}: not listening, again in {}: {}",
                                channel,
                                pause,
                                reason(e));
                        lease.letGo();
                        pause();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            subscription.is(State.CLOSED);
        }

        /** From the opening of a stream to its end. */
        private void subscribe() throws IOException, InterruptedException {
            subscription.is(State.CONNECTING);
            Position position = store.position(channel).orElseThrow();
            since = position.since();
            subscription.gap(position.gapFrom(), position.expiredAt());
            StreamFault fault;
            try (EventStream stream = open(position)) {
                listened = stream;
                subscription.is(State.CONNECTED);
                LOG.info("Salesforce {}: listening", channel);
                fault = follow(stream);
            }
            if (fault != null) {
                subscription.is(State.CONNECTING);
                subscription.over(fault);
                reactTo(fault, position);
            }
        }

        private EventStream open(Position position) throws IOException {
            ReplayPreset stored =
                    position.replayId() == null ? ReplayPreset.EARLIEST : ReplayPreset.CUSTOM;
            ByteString after =
                    position.replayId() == null
                            ? ByteString.EMPTY
                            : PlatformEvent.replayId(position.replayId());
            return client.subscribe(channel, instead == null ? stored : instead, after);
        }

        /** @return null when the route stops */
        private StreamFault follow(EventStream stream) throws IOException, InterruptedException {
            Instant lastHeard = clock.instant();
            while (goesOn()) {
                EventStream.Signal signal = stream.next(LOOK);
                switch (signal) {
                    case null -> {
                        lease.keep();
                        if (isPast(lastHeard, guards.watchdog())) {
                            return StreamFault.SILENT;
                        }
                    }
                    case EventStream.Ended ended -> {
                        return goesOn() ? ended.fault() : null;
                    }
                    case EventStream.Batch batch -> {
                        subscription.heard();
                        pause = FIRST_PAUSE;
                        take(batch);
                        if (!batch.events().isEmpty()) {
                            stream.request(batch.events().size());
                        }
                        // Not from the moment it came: the route may have taken its time.
                        lastHeard = clock.instant();
                    }
                }
            }
            return null;
        }

        private void take(EventStream.Batch batch) throws IOException {
            if (!batch.events().isEmpty()) {
                takeEvents(batch.events());
            } else if (!batch.latest().isEmpty()) {
                lease.move(PlatformEvent.base64(batch.latest()));
                instead = null;
            }
        }

        /** Whatever ends this, the position is moved behind the last event that is done, and not further. */
        private void takeEvents(List<ConsumerEvent> events) throws IOException {
            var progress = new Progress();
            Set<String> known =
                    store.known(channel, events.stream().map(PlatformEvent::idOf).toList());
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
                    instead = null;
                    done.clear();
                    upTo = null;
                }
            }
        }

        /** Until it succeeds. @return false when the route stops before */
        private boolean handIn(PlatformEvent event) {
            Duration wait = FIRST_PAUSE;
            while (goesOn()) {
                Exception failure = route(event);
                if (failure == null) {
                    subscription.handedIn(event);
                    return true;
                }
                if (goesOn()) {
                    LOG.warn(
                            "Salesforce {}: event {} could not be handed in, again in {}: {}",
                            channel,
                            event.id(),
                            wait,
                            reason(failure));
                    await(wait);
                    wait = longer(wait);
                }
            }
            return false;
        }

        private Exception route(PlatformEvent event) {
            Exchange exchange = createExchange(false);
            try {
                Message message = exchange.getMessage();
                message.setBody(event.body());
                message.setHeader(SalesforceEventHeaders.ID, event.id());
                message.setHeader(
                        SalesforceEventHeaders.OWN, client.userId().equals(event.createdBy()));
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

        private void reactTo(StreamFault fault, Position position) throws InterruptedException {
            switch (fault.kind()) {
                case ENDED -> LOG.info("Salesforce {}: the stream was ended, a new one", channel);
                case SILENT ->
                        LOG.warn(
                                "Salesforce {}: nothing heard for {}, not even a sign of life; a"
                                        + " new stream",
                                channel,
                                guards.watchdog());
                case SESSION -> {
                    LOG.info("Salesforce {}: the session is over, a new login", channel);
                    client.forgetSession();
                }
                case POSITION -> {
                    if (instead == null && position.replayId() != null) {
                        expired(fault, position);
                        return;
                    }
                    failed(fault);
                }
                case FAILED -> failed(fault);
            }
            pause();
        }

        private void failed(StreamFault fault) {
            LOG.warn(
                    "Salesforce {}: the stream broke, again in {}: {} {}{}",
                    channel,
                    pause,
                    fault.code(),
                    fault.detail(),
                    fault.isOfTheChannel()
                            ? "; is the event deployed, and may the hub's user read it?"
                            : "");
            lease.letGo();
        }

        /** Salesforce has forgotten what came after the stored position, or the org is another one. */
        private void expired(StreamFault fault, Position position) throws InterruptedException {
            lease.expired();
            Instant found = clock.instant();
            subscription.gap(position.movedAt(), found);
            LOG.error(
                    "Salesforce {}: the stored position is not known any more ({}). Events"
                        + " published from {} on that Salesforce no longer keeps (72 hours) did not"
                        + " come and will not: look for records without an outcome and publish them"
                        + " again. HUB_SALESFORCE_COMMANDS_ON_EXPIRED={}: {}",
                    channel,
                    fault.code(),
                    position.movedAt(),
                    guards.onExpired().wireName(),
                    switch (guards.onExpired()) {
                        case EARLIEST -> "going on with everything Salesforce still has";
                        case LATEST -> "going on with what comes from now on";
                        case STOP -> "listening no more, until the hub is restarted with another";
                    });
            switch (guards.onExpired()) {
                case EARLIEST -> instead = ReplayPreset.EARLIEST;
                case LATEST -> instead = ReplayPreset.LATEST;
                case STOP -> {
                    subscription.is(State.STOPPED);
                    lease.letGo();
                    stopping.await();
                }
            }
        }

        private boolean isPast(Instant time, Duration span) {
            return clock.instant().isAfter(time.plus(span));
        }

        private boolean goesOn() {
            return stopping.getCount() > 0;
        }

        private void pause() {
            await(pause);
            pause = longer(pause);
        }

        private void await(Duration span) {
            try {
                stopping.await(span.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stopping.countDown();
            }
        }

        /** Not interrupted: an interrupt that meets the embedded database in its file would close it for everybody. */
        private void stop() {
            stopping.countDown();
            if (listened != null) {
                listened.close();
            }
            try {
                thread.join(STOP);
                if (!thread.isAlive()) {
                    lease.letGo();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                client.close();
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private static String reason(Throwable e) {
        return e instanceof IOException && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
